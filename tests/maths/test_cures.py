"""The cures: each changes what it says and nothing else, and says who proposed it."""

import re
from dataclasses import fields

import pytest

from core.maths.cures import CURES, NOT_ALONE, PATIENTS, treated
from core.maths.initializers import INITIALIZERS


@pytest.mark.parametrize("sick", PATIENTS.values(), ids=PATIENTS)
@pytest.mark.parametrize("cure", CURES.values(), ids=CURES)
def test_a_cure_changes_its_own_settings_and_leaves_all_others(cure, sick):
    run = treated(sick, cure.name)
    for field in fields(run):
        now, was = getattr(run, field.name), getattr(sick, field.name)
        if field.name in cure.changes:
            assert now == cure.changes[field.name]
        elif field.name not in NOT_ALONE.values():
            assert now == was
    assert set(run.initializer_parameters) == {number.name for number in INITIALIZERS[run.initializer].parameters}
    kept = sick.initializer_parameters if run.initializer == sick.initializer else {}
    assert run.initializer_parameters == kept


def test_the_sick_network_comes_first_and_is_compared_with_nothing_else():
    assert next(iter(CURES)) == "none"
    assert treated(PATIENTS["vanishes"], "none") == PATIENTS["vanishes"]
    assert {cure.against for cure in CURES.values()} <= CURES.keys()


def test_each_other_one_has_a_source_with_a_year():
    assert [c.name for c in CURES.values() if not re.search(r" (19|20)\d\d(, arXiv:\d{4}\.\d{4,5})?$", c.source)] == [
        "none"
    ]


def test_what_is_no_cure_is_refused():
    with pytest.raises(ValueError, match="no cure 'prayer'"):
        treated(PATIENTS["vanishes"], "prayer")
