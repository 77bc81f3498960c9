"""Judgements to tables, figures of agreement and a page; everything that knows pandas."""
