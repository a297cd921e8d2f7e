"""Words that hold sentences and names together, and nouns in singular and plural; pure."""

from __future__ import annotations

import re

from embeddings.naming.bodies import GROUPS

FUNCTION = frozenset(
    """
    a about above according across added after again against ago all almost along already also although always am
    amid among an and another any anyone are arguing around as aside asked at back be became because been before
    behind being below beneath beside besides between beyond both breaking but by calling can cannot citing
    correction could currently day days de despite did do does doing don't down during each earlier echoing either
    else even ever every everyone except few first five following for former formerly four from further given had
    has have having he hello her here herself him himself his how however i i'm i've if in including indeed inside
    instead into is isn't it it's its itself just last late later least less let like likewise many may maybe me
    meanwhile might more moreover most mr much must my near nearly neither never nevertheless next no nobody none
    nonetheless nor not nothing noting now of off often oh ok on once one only onto or other others otherwise our
    out outside over own part per perhaps please pressed previously quite rather reached read really referring
    regarding related responding right said same saying says second see seven several shall she shortly should
    similarly since six so some someone something soon speaking still such sure take ten than thank thanks that
    that's the their them themselves then there there's therefore these they they're thing things this those
    though three through throughout thus till to today together told tomorrow tonight too toward towards two under
    unlike until up updated upon us very via was watch we we're we've well were what what's whatever when whenever
    where whereas whether which while who whom whose why will with within without won't would writing yes
    yesterday yet you you're your
    """.split()
)
"""Words that begin a sentence with a capital and are no part of a name."""
OPENERS = FUNCTION | frozenset(
    """
    additionally apparently asking caption clearly critics editor's eventually exclusive finally follow image
    including likewise listen note officials people photo police reach recently story supporters thanks ultimately
    video voters
    """.split()
)
"""These and the nouns and adverbs that often begin a sentence."""
SAYING = frozenset(
    """
    say says said tell tells told ask asks asked argue argues think thinks has had is was does did will would can wrote
    """.split()
)
"""Verbs that may follow a speaker by mistake of whoever marked the mention."""
PARTICLES = frozenset(
    "de la del della der den van von bin bint ibn al el da das dos do du di le ter ten zu abu ben".split()
)
SUFFIXES = frozenset("jr sr ii iii iv".split())
COMPLEMENTS = frozenset(
    """
    affairs agriculture army city commerce commons council defence defense education energy finance foreign health
    homeland house human intelligence interior justice labor labour national nations navy parliament
    representatives republic security senate services staff state trade transportation treasury union war
    """.split()
)
"""Words that follow "Secretary of", "Minister for" and the like before the name begins."""
_PLURAL = re.compile(r"(?:[^s]s|ies|men|women|people|children)\Z")


def singular(noun: str) -> str:
    """The noun for one of them."""
    if noun.endswith("men"):
        return f"{noun[:-2]}an"
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def is_plural(noun: str) -> bool:
    """Whether a noun names several."""
    word = noun.lower()
    return word in GROUPS or (
        bool(_PLURAL.search(word)) and word not in ("news", "congress", "boss", "press", "princess")
    )
