"""Words that report words, and where the words that they report may stand; pure.

A cue is known by its form ("said", "calling"); its frames say what may follow it. What each form is worth was
counted on a training split, but the lexicon is a list of English verbs and knows no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto


class Frame(Flag):
    """What may stand beside a cue as its content."""

    THAT = auto()
    """ "that …"."""
    CLAUSE = auto()
    """A clause without "that"."""
    QUOTE = auto()
    """Words between marks."""
    QUESTION = auto()
    """ "whether …", "how …"."""
    TO = auto()
    """ "to …"."""
    OBJECT = auto()
    """What is spoken of, with all that hangs on it: "praised the mayor for …"."""
    BEFORE = auto()
    """The content may come first: "…, he said"."""
    ADDRESSEE = auto()
    """Whom it is said to stands between: "told reporters that …"."""


class Form(Enum):
    """Which form of the verb it is."""

    BASE = auto()
    THIRD = auto()
    PAST = auto()
    PARTICIPLE = auto()


@dataclass(frozen=True, slots=True)
class Cue:
    """One form of a reporting verb; ``particles`` are words of which one has to follow it, if there are any."""

    lemma: str
    form: Form
    frames: Frame
    particles: frozenset[str] = frozenset()
    noun: bool = False
    """Whether the form may as well be a noun ("claims")."""


_SPEAK_THAT = Frame.THAT | Frame.QUOTE | Frame.QUESTION | Frame.BEFORE
_SPEAK = _SPEAK_THAT | Frame.CLAUSE
_STATE = _SPEAK | Frame.OBJECT
_SPEAK_OF = Frame.OBJECT | Frame.THAT | Frame.QUOTE | Frame.QUESTION
_OF = Frame.OBJECT | Frame.QUOTE | Frame.QUESTION

_LEXICON: tuple[tuple[Frame, str], ...] = (
    (
        _SPEAK,
        """
        say add argue write tweet retweet quip joke remark retort reply respond continue exclaim shout yell scream
        whisper insist reason opine muse intone deadpan chime interject counter concur chant observe contend allege
        assert brag complain concede conclude confess explain recall recount reiterate reveal state stress suggest
        note hint imply theorize speculate warn caution predict lament gripe grumble fume gush marvel blog
        """,
    ),
    (Frame.THAT | Frame.QUOTE, "quote"),
    (_SPEAK_THAT, "maintain boast answer testify comment"),
    (
        _STATE,
        """
        acknowledge admit announce claim confirm declare deny disclose emphasize emphasise indicate mention propose
        report repeat describe affirm reaffirm guarantee proclaim read signal publish stipulate echo clarify outline
        detail highlight tout hail recommend decree question demand request cite post challenge express voice
        """,
    ),
    (_SPEAK | Frame.TO, "pledge promise vow swear threaten"),
    (_SPEAK | Frame.ADDRESSEE, "tell remind assure inform advise notify"),
    (_SPEAK | Frame.ADDRESSEE | Frame.TO | Frame.OBJECT, "ask urge"),
    (
        _SPEAK_OF,
        """
        call accuse criticize criticise praise blame defend blast slam attack dismiss denounce condemn decry deride
        mock ridicule thank congratulate commend applaud label dub brand characterize characterise term lambaste bash
        assail rebuke scold chide berate chastise castigate excoriate implore beg discuss bemoan exhort rebut refute
        dispute order credit laud lambast
        """,
    ),
)
_PHRASES: tuple[tuple[str, str, Frame], ...] = (
    ("refer", "to", _OF),
    ("point", "out to", _STATE),
    ("call", "for on", _OF),
    ("talk", "about of", _OF),
    ("speak", "about of", _OF),
    ("rail", "against", _OF),
    ("lay", "out", _OF),
    ("complain", "about", _OF),
    ("joke", "about", _OF),
    ("warn", "of against about", _OF),
    ("write", "about", _OF),
    ("ask", "about for", _OF),
    ("apologize", "for", _OF),
    ("hint", "at", _OF),
    ("allude", "to", _OF),
    ("shoot", "back", _SPEAK),
    ("fire", "back", _SPEAK),
    ("chime", "in", _SPEAK),
    ("put", "it", _SPEAK),
    ("argue", "for against", _OF),
)
_IRREGULAR = {
    "say": "says said saying",
    "tell": "tells told telling",
    "write": "writes wrote writing written",
    "swear": "swears swore swearing",
    "read": "reads read reading",
    "speak": "speaks spoke speaking",
    "lay": "lays laid laying",
    "beg": "begs begged begging",
    "brag": "brags bragged bragging",
    "quip": "quips quipped quipping",
    "dub": "dubs dubbed dubbing",
    "slam": "slams slammed slamming",
    "rebut": "rebuts rebutted rebutting",
    "admit": "admits admitted admitting",
    "refer": "refers referred referring",
    "concur": "concurs concurred concurring",
    "shoot": "shoots shot shooting",
    "label": "labels labeled labeling labelled labelling",
    "signal": "signals signaled signaling signalled signalling",
    "put": "puts put putting",
}
_NOUNS = frozenset(
    """
    answer answers attack attacks blame blog blogs boast boasts brand brands call calls challenge challenges chant
    chants claim claims comment comments counter credit credits decree demand demands detail details dispute disputes
    echo echoes fume gripe gripes guarantee guarantees highlight highlights hint hints joke jokes label labels lament
    laments mention mentions muse note notes order orders outline outlines pledge pledges point points post posts
    praise promise promises question questions quote quotes read reads reason reasons rebuke rebukes remark remarks
    reply replies report reports request requests shout shouts signal signals state states stress talk talks term
    terms thanks tweet tweets voice voices vow whisper whispers
    """.split()
)


def _forms(lemma: str) -> dict[str, Form]:
    if lemma in _IRREGULAR:
        third, past, *others = _IRREGULAR[lemma].split()
        found = {lemma: Form.BASE, third: Form.THIRD, past: Form.PAST}
        found |= {form: Form.PARTICIPLE if form.endswith("ing") else Form.PAST for form in others}
        return found
    if lemma.endswith("e"):
        third, past, participle = lemma + "s", lemma + "d", lemma[:-1] + "ing"
    elif lemma.endswith("y") and lemma[-2] not in "aeiou":
        third, past, participle = lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"
    elif lemma.endswith(("s", "sh", "ch", "x", "o")):
        third, past, participle = lemma + "es", lemma + "ed", lemma + "ing"
    else:
        third, past, participle = lemma + "s", lemma + "ed", lemma + "ing"
    return {lemma: Form.BASE, third: Form.THIRD, past: Form.PAST, participle: Form.PARTICIPLE}


def _verbs() -> dict[str, tuple[Cue, ...]]:
    """Every form with what it may be; phrasal readings stand first, since they ask for more."""
    found: dict[str, tuple[Cue, ...]] = {}
    readings = [(lemma, frames, frozenset(particles.split())) for lemma, particles, frames in _PHRASES]
    readings += [(lemma, frames, frozenset()) for frames, lemmas in _LEXICON for lemma in lemmas.split()]
    for lemma, frames, particles in readings:
        for word, form in _forms(lemma).items():
            cue = Cue(lemma, form, frames, particles, word in _NOUNS)
            found[word] = (*found.get(word, ()), cue)
    return found


VERBS = _verbs()
"""All readings of each verb form, lower case."""
