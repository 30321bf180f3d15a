import pytest

from training.gpu.lease import ENDING, FIRST, LATER, LONGEST, SHORTEST, Round, minutes_of, rounds_of


@pytest.mark.parametrize("minutes", [10, 18, 25, 30, 45])
@pytest.mark.parametrize("packs", [1, 4, 8])
def test_rounds_fit_into_their_commands_and_these_into_the_lease(minutes, packs):
    rounds = rounds_of(minutes * 60, packs)
    assert all(SHORTEST <= each.limit <= LONGEST for each in rounds)
    assert all(each.deadline + ENDING <= each.limit for each in rounds)
    assert [each.deadline - each.training for each in rounds] == [FIRST] + [LATER] * (len(rounds) - 1)
    assert all(each.training > 0 for each in rounds)
    assert sum(each.limit for each in rounds) + 12 * (packs + len(rounds)) + 70 <= minutes * 60


def test_half_an_hour_with_five_packs():
    rounds = rounds_of(1800, 5)
    assert rounds == [Round(600, 545, 410), Round(600, 545, 510), Round(396, 341, 306)]
    assert minutes_of(rounds) == 20.43


def test_too_short_a_lease_is_refused():
    with pytest.raises(ValueError, match="5 minutes are too short: 4 packs and the first step alone take 6"):
        rounds_of(300, 4)
