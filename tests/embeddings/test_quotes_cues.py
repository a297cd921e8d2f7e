"""Reporting words are known in all their forms, with what may stand beside them."""

from __future__ import annotations

import pytest

from embeddings.quotes.cues import VERBS, Form, Frame


@pytest.mark.parametrize(
    ("word", "lemma", "form"),
    [
        ("say", "say", Form.BASE),
        ("says", "say", Form.THIRD),
        ("said", "say", Form.PAST),
        ("saying", "say", Form.PARTICIPLE),
        ("replied", "reply", Form.PAST),
        ("replies", "reply", Form.THIRD),
        ("conveyed", "convey", None),
        ("decrying", "decry", Form.PARTICIPLE),
        ("described", "describe", Form.PAST),
        ("describing", "describe", Form.PARTICIPLE),
        ("stresses", "stress", Form.THIRD),
        ("slammed", "slam", Form.PAST),
        ("written", "write", Form.PAST),
        ("swore", "swear", Form.PAST),
    ],
)
def test_forms(word: str, lemma: str, form: Form | None) -> None:
    assert {(cue.lemma, cue.form) for cue in VERBS.get(word, ())} == ({(lemma, form)} if form else set())


def test_what_needs_a_particle_is_asked_first() -> None:
    readings = VERBS["called"]
    assert [bool(cue.particles) for cue in readings] == [True, False]
    assert readings[0].particles == {"for", "on"}


@pytest.mark.parametrize(
    ("word", "frame", "allowed"),
    [
        ("said", Frame.BEFORE, True),
        ("said", Frame.THAT, True),
        ("said", Frame.TO, False),
        ("told", Frame.ADDRESSEE, True),
        ("vowed", Frame.TO, True),
        ("asked", Frame.QUESTION, True),
        ("praised", Frame.BEFORE, False),
        ("praised", Frame.CLAUSE, False),
        ("maintained", Frame.THAT, True),
        ("maintained", Frame.CLAUSE, False),
    ],
)
def test_frames(word: str, frame: Frame, allowed: bool) -> None:
    assert (frame in VERBS[word][-1].frames) is allowed


def test_forms_that_may_be_nouns_say_so() -> None:
    assert VERBS["claims"][0].noun
    assert not VERBS["said"][0].noun


def test_no_word_that_reports_nothing_is_listed() -> None:
    assert not {"is", "was", "has", "went", "that", "and", "think", "believe", "hope", "want"} & set(VERBS)
