"""Automatic layout: layered from left to right, lanes down, phases across, arrows at right angles."""

from bihuan.bpmn.draw.layout.graph import Graph, Placed
from bihuan.bpmn.draw.layout.grid import make_grid
from bihuan.bpmn.draw.layout.place import place
from bihuan.bpmn.draw.layout.ranks import rank
from bihuan.bpmn.draw.layout.route import Router
from bihuan.bpmn.draw.layout.rows import assign_rows
from bihuan.bpmn.draw.layout.tracks import make_tracks


def lay_out(graph: Graph) -> Placed:
    """Places everything; the same graph always gets the same picture."""
    ranks = rank(graph)
    grid = make_grid(graph, ranks, assign_rows(graph, ranks))
    return place(graph, grid, make_tracks(graph, grid, Router(graph, grid, ranks).all()))
