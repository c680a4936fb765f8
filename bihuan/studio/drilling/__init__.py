"""Practice on a chart in memory: the sandbox, what is asked of the trainee, the score. Pure."""

from bihuan.studio.drilling.asking import asked_values, fields_of, start_values, steering
from bihuan.studio.drilling.cards import CardStep, card_step, card_steps, make_cards, plain_steps
from bihuan.studio.drilling.scoring import Facts, Mark, Result, result_of, total
from bihuan.studio.drilling.world import Due, Wait, Work, World, act, begin, happen

__all__ = [
    "CardStep",
    "Due",
    "Facts",
    "Mark",
    "Result",
    "Wait",
    "Work",
    "World",
    "act",
    "asked_values",
    "begin",
    "card_step",
    "card_steps",
    "fields_of",
    "happen",
    "make_cards",
    "plain_steps",
    "result_of",
    "start_values",
    "steering",
    "total",
]
