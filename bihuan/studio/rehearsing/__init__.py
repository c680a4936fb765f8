"""Rehearsals: from history to assumptions, from assumptions to figures and an answer. Pure: no Django, no clock, no I/O.

`assumptions` what is assumed, and where each number comes from · `fitting` history to assumptions · `edits` numbers that
somebody typed · `scenario` assumptions to what `bihuan.bpmn.simulate` reads · `measuring` outcomes to figures ·
`staffing` how many people are needed · `comparing` scenarios side by side · `job` all of it in portions.
"""
