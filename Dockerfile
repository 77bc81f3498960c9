# The command `annotate` alone: docker build -t claimdesk . && docker run --rm -v "$PWD:/desk" claimdesk claims column.txt
# Label Studio runs elsewhere: deploy/compose.yaml, or any server that LABEL_STUDIO_URL names.
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY configs configs
COPY examples examples
COPY annotate annotate
RUN python -m venv /opt/claimdesk \
    && /opt/claimdesk/bin/pip install --no-cache-dir --disable-pip-version-check --constraint requirements.lock .

FROM python:3.12-slim
LABEL org.opencontainers.image.title="claimdesk" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/claimdesk /opt/claimdesk
RUN useradd --uid 1000 --create-home desk && mkdir /desk && chown desk /desk
ENV PATH=/opt/claimdesk/bin:$PATH PYTHONUNBUFFERED=1
USER desk
WORKDIR /desk
ENTRYPOINT ["annotate"]
CMD ["--help"]
