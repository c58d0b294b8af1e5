"""Less to learn, for tests of what has nothing to do with what is learned."""

from functools import partial

SHORTER = {
    "boruta_rounds": 4,
    "boruta_holdouts": 1,
    "mlp_trials": 1,
    "label_codings": 3,
    "ground_draws": 2000,
    "ground_switch_seeds": 1,
    "con_looks": 2,
}


def learn_little() -> None:
    """Shorten, in this process, all that takes long to learn.

    Trainings end after some epochs, forests grow for some rounds, sound is rebuilt in one step.
    What a small corpus breaks are counts: parts without tracks, folds without genres, neighbours
    that are not there; and names, which are drawn all the same. What is kept in a cache meanwhile
    is of no use to others: give it a cache of its own.
    """
    import librosa
    import torch

    from genrelab.models import heads, supervised
    from reproductions import sizes as profiles

    torch.set_num_threads(1)
    steps = [
        name
        for name in profiles.SIZES
        if name.startswith(("con_", "ground_", "ae_")) and name.endswith("steps")
    ]
    for name, size in (SHORTER | dict.fromkeys(steps, 10)).items():
        profiles.SIZES[name] = profiles.SIZES[name]._replace(smoke=size)

    def a_few_epochs(function):
        def shortened(*arguments, steps, every, **more):
            return function(*arguments, steps=min(steps, 4 * every), every=every, **more)

        return shortened

    heads.train, supervised.train = a_few_epochs(heads.train), a_few_epochs(supervised.train)
    librosa.griffinlim = partial(_griffin_lim_once, librosa.griffinlim)


def _griffin_lim_once(function, *arguments, **more):
    return function(*arguments, **more | {"n_iter": 1})
