"""Paragraphs of the length that news is written in, to be measured with; invented, as the sample wire is."""

from __future__ import annotations

import random

WORDS = 59
"""How many words a paragraph has: the mean of a newsroom's archive."""

_SENTENCES = """
Consumer prices were 4.6 percent higher in August than a year earlier, the statistics office said last week.
In October of last year, 4,100 people left their homes in the same districts when the river rose above its banks.
Net profit came to 18.2 million crowns, against 21.5 million a year earlier, the company said in a statement.
Saturday is to be cold and clear, and the first frost is possible in the hills, the services agreed.
The stoppage began at 6 a.m., when the night shift laid its helmets in a row along the harbour wall.
They said that water had reached the meadows about three hours before the evacuation of the lower town began.
The two dead were a woman and a man who both worked on the night shift, the police said.
The company, which runs four of the port's nine piers, said it was at the disposal of the investigators.
“We would rather be a quarter early than a year late,” the governor of the bank said at a news conference.
She said that the mate had called out twice and had been told to wait for the corner of the pier.
The institute, which is paid by all three states on the strait, puts the spawning stock at 61,000 tonnes.
Thirty-eight schools have been closed and eleven of them turned into quarters for the evacuated, the ministry said.
“It is a message to the people who set prices, and the message is that we are awake,” she said.
The bird was caught last week on the same shingle bank on which it hatched in the summer of 1992.
Its members lose about 4 million crowns for every day that the port stands still, the chamber of commerce said.
Nobody was hurt when the ferry ran aground off the harbour mouth in April with 212 passengers on board.
The foreign minister laid a wreath at the memorial for the drowned in the harbour and left on Sunday morning.
Counsel for the defence said her client had lost his licence, his pension and, “which he minds most”, his season ticket.
Economists at the two largest brokerages said they now expect a rate of 4.5 percent by the end of the year.
The checks are to end with the first hard frost on the islands, the health office said in a notice.
"""


def paragraphs(count: int) -> list[str]:
    """So many paragraphs of WORDS words, of sentences drawn by lot; the same ones every time."""
    sentences, chance = _SENTENCES.strip().splitlines(), random.Random(0)
    return [" ".join(" ".join(chance.sample(sentences, 4)).split()[:WORDS]) for _ in range(count)]
