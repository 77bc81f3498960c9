"""The language model of the settings; what must not leave this computer is refused here."""

from __future__ import annotations

from urllib.parse import urlsplit

from annotate.article.suggest.llm import AnswerCache, Endpoint, LanguageModel, Limits, Prices, Terms
from annotate.config import Settings, codebook
from annotate.errors import UsageError
from annotate.transport import is_local

#: The suggester's name.
NAME = "llm"


def open_model(desk: Settings) -> LanguageModel:
    """Return the language model of the settings; nothing is sent to it yet.

    Raises:
        UsageError: where no model is named, the extra is missing, or text or a key would go to another
            computer and nobody allowed it.
    """
    if not desk.llm_model:
        raise UsageError(
            "--suggester llm needs the name of a model: set ANNOTATE_LLM_MODEL, or model under [llm] in "
            "configs/annotate.toml"
        )
    _refuse_sending(desk)
    return LanguageModel(
        Endpoint(desk.llm_url, model=desk.llm_model, key=desk.llm_key),
        cache=AnswerCache(desk.answers_file),
        codebook=codebook().text,
        terms=Terms(
            clients=desk.llm_clients,
            batch=desk.llm_batch,
            seconds=desk.llm_seconds,
            answer_tokens=desk.llm_answer_tokens,
            prices=Prices(desk.llm_price_in, desk.llm_price_out),
            limits=Limits(desk.llm_most_tokens, desk.llm_most_cost),
        ),
    )


def place_of(address: str) -> str:
    """Return where an endpoint is, without a path or a password: `http://127.0.0.1:11434`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _refuse_sending(desk: Settings) -> None:
    place = place_of(desk.llm_url)
    if "@" in urlsplit(desk.llm_url).netloc:
        raise UsageError(f"the address of {place} holds a name or password: set ANNOTATE_LLM_KEY instead")
    if is_local(desk.llm_url):
        return
    if not desk.allow_remote:
        raise UsageError(
            f"--suggester llm would send the claims, their paragraphs and the codebook to {place}, which is "
            "another computer: allow it with --allow-remote (ANNOTATE_ALLOW_REMOTE=1)"
        )
    if desk.llm_key and not desk.llm_url.startswith("https:") and not desk.insecure:
        raise UsageError(
            f"ANNOTATE_LLM_KEY would go to {place} by plain http: use https, or set ANNOTATE_INSECURE=1"
        )
