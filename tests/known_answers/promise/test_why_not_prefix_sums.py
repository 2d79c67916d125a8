"""The six cases in which a prefix sum of load against capacity answers another question.

8 h a day on every work centre, every day works. Day 0 is today; work starts on day 1.

| case                                                            | prefix sum | executable |
|-----------------------------------------------------------------|------------|------------|
| one job, 80 h on A, its material arrives on day 20              | 20         | 30         |
| one job, 40 h on A and then 40 h on B                           | 5          | 10         |
| J1 80 h, material on day 10; J2 16 h, material on day 11        | 10, 12     | 20, 22     |
| firm F 400 h due day 90; question Q 40 h wanted by day 10       | Q = 55     | Q = 5      |
| one order of 80 h, two machines of 8 h                          | 5          | 10         |
| two deals, each 100 of a shared part, 100 on hand               | both yes   | one        |
"""

from __future__ import annotations

from tests.known_answers.promise.worked_plant import WorkedPlant


def test_run_time_comes_after_material() -> None:
    """Material in the evening of day 20, so ten days of 8 h from day 21 to day 30."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=80)
    plant.item("M", "none")
    plant.component("X", "M", per_unit=1)
    plant.supply("M", 1, arrives=20)
    plant.demand("Q", "X", 1)
    answered = plant.placed()
    assert answered.delivered("Q") == 30
    assert answered.chain("Q") == {"material_wait": 20, "run": 10}
    assert answered.lifts("Q") == {("item", "M"): 10, ("work_centre", "A"): 25}


def test_precedence() -> None:
    """Five days on A, then five on B; they can't run side by side."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.work_centre("B", 8)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=40, stage=1)
    plant.operation("X", "B", fixed=40, stage=2)
    plant.demand("Q", "X", 1)
    answered = plant.placed()
    assert answered.delivered("Q") == 10
    assert answered.booked("Q") == {("A", d): 8 for d in range(1, 6)} | {
        ("B", d): 8 for d in range(6, 11)
    }


def test_capacity_before_release_is_gone() -> None:
    """J1 runs on days 11-20. J2 has its material on day 11 and finds A free from day 21: 22."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    for job, hours, arrives in (("J1", 80, 10), ("J2", 16, 11)):
        plant.item(job, "make")
        plant.operation(job, "A", fixed=hours)
        plant.item(f"M-{job}", "none")
        plant.component(job, f"M-{job}")
        plant.supply(f"M-{job}", 1, arrives=arrives)
        plant.demand(job, job, 1)
    answered = plant.placed()
    assert answered.delivered("J1", "queue") == 20
    assert answered.delivered("J2", "queue") == 22
    assert answered.delivered("J2", "alone") == 13
    assert answered.chain("J2", "queue") == {"material_wait": 11, "queue": 9, "run": 2}


def test_a_far_order_does_not_eat_today() -> None:
    """F's 50 days lie at the end, days 41-90; Q has days 1-5."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("F", "make")
    plant.operation("F", "A", fixed=400)
    plant.item("Q", "make")
    plant.operation("Q", "A", fixed=40)
    plant.demand("F", "F", 1, kind="firm", due=90)
    plant.demand("Q", "Q", 1, due=10)
    answered = plant.placed()
    assert answered.delivered("Q", "queue") == 5
    assert answered.delivered("F", "firm") == 90
    assert sorted(day for _, day in answered.booked("F", "firm")) == list(range(41, 91))


def test_single_run() -> None:
    """Two machines of 8 h are 16 h a day, but one order runs on one of them: 80 h take 10 days."""
    plant = WorkedPlant()
    plant.work_centre("A", 16)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=80, single_run=8)
    plant.demand("Q", "X", 1)
    assert plant.placed().delivered("Q") == 10


def test_netting_below_the_top_level() -> None:
    """P and R both take 100 of the part S; there are 100 and no more to be had. One gets them."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("S", "none")
    plant.supply("S", 100)
    for top in ("P", "R"):
        plant.item(top, "make")
        plant.operation(top, "A", fixed=8)
        plant.component(top, "S", per_unit=1)
        plant.demand(top, top, 100)
    answered = plant.placed()
    assert (answered.delivered("P", "alone"), answered.delivered("R", "alone")) == (1, 1)
    assert answered.delivered("P", "queue") == 1
    assert answered.delivered("R", "queue") is None
    assert answered.reason("R", "queue") == ("no_source", "S")


def test_more_capacity_can_delay_another_order() -> None:
    """List scheduling: J1 needs A 16 h, then B 8 h; J2 needs B 8 h and may start on day 2.

    A at 8 h a day: J1 reaches B on day 3, J2 has B on day 2. A at 16 h: J1 has B on day 2, J2 on
    day 3. So "more capacity never delays anybody" is not a property and is not tested.
    """
    for hours, done in ((8, 2), (16, 3)):
        plant = WorkedPlant()
        plant.work_centre("A", hours)
        plant.work_centre("B", 8)
        plant.item("J1", "make")
        plant.operation("J1", "A", fixed=16, stage=1)
        plant.operation("J1", "B", fixed=8, stage=2)
        plant.item("J2", "make")
        plant.operation("J2", "B", fixed=8)
        plant.demand("J1", "J1", 1)
        plant.demand("J2", "J2", 1, release=1)
        assert plant.placed().delivered("J2", "queue") == done
