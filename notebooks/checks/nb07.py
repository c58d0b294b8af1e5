"""Checks of notebook 07."""

from __future__ import annotations

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number


@exercise("07.1")
def bits_a_pixel(answer) -> str:
    truth = 32 * np.log2(3) / 256
    must_be_a_number(answer)
    if np.isclose(answer, truth, rtol=0.01):
        return f"{truth:.3f}: at most, for an element that prefers a level says less."
    foresee(answer, [(32 * np.log2(3), "Those are the bits of one place; 16 × 16 pixels share "
                      "them."), (32 * 3 / 256, "Three levels are not three bits: how many "
                                 "yes-or-no questions tell three things apart?")], rtol=0.01)
    raise Hint("Bits of one element, times elements of one place, divided by the pixels of that "
               "place.")


@exercise("07.2")
def igdn(answer) -> str:
    rng = np.random.default_rng(0)
    x, beta, gamma = rng.normal(size=4), 0.5 + rng.random(4), rng.random((4, 4))
    activity = beta + gamma @ x**2
    truth = x * np.sqrt(activity)
    found = np.asarray(call(answer, x.copy(), beta.copy(), gamma.copy()), dtype=float)
    if found.shape != truth.shape:
        raise Hint(f"Four channels go in and four come out; yours has the shape {found.shape}.")
    foresee(found, [(x / np.sqrt(activity), "That is GDN, which divides. The inverse multiplies."),
                    (x * activity, "Nearly: the root of the activity is missing."),
                    (x * np.sqrt(beta + gamma.T @ x**2), "Nearly: γ_ij says how much channel j "
                     "acts on channel i, so the sum runs along a row.")])
    if not np.allclose(found, truth):
        raise Hint(f"The first channel should become {truth[0]:.4f}; yours is {found[0]:.4f}.")
    return ("It is called the inverse, but with equal β and γ it does not undo GDN: both are "
            "learned apart.")


@exercise("07.3")
def one_bit(answer, bound) -> str:
    noise = np.random.default_rng(0).random((200, 200))
    found = np.asarray(call(answer, noise.copy()), dtype=float)
    if found.shape != noise.shape:
        raise Hint(f"{noise.shape} goes in and {noise.shape} comes out, not {found.shape}.")
    values = np.unique(found)
    if len(values) > 2:
        raise Hint(f"One bit tells two things apart, but {len(values)} different values come back.")
    error = float(((found - noise) ** 2).mean())
    if not error <= 1.02 / 48:
        raise Hint(f"Your mean squared error is {error:.4f}; 1/48 is {1 / 48:.4f}. Flat grey has "
                   f"{1 / 12:.4f}.")
    return (f"{error:.4f}, pixel by pixel. No code of one bit per pixel, however clever, gets "
            f"below {bound:.4f}.")


@exercise("07.4")
def hard_picture(answer, model) -> str:
    import torch

    picture = np.asarray(call(answer), dtype=np.float32)
    if picture.shape != (192, 192):
        raise Hint(f"192 × 192 pixels are asked for, not {picture.shape}.")
    if not np.isfinite(picture).all() or picture.min() < 0 or picture.max() > 1:
        raise Hint("All values must lie between 0 and 1.")
    noise = np.random.default_rng(0).random((192, 192), dtype=np.float32)
    both = torch.from_numpy(np.stack([picture, noise]))[:, None]
    with torch.no_grad():
        error, usual = (model(both) - both).square().mean(dim=(1, 2, 3)).tolist()
    if error <= usual:
        raise Hint(f"This one is easier than noise: its error is {error:.4f}, that of noise "
                   f"{usual:.4f}.")
    if error < 1.5 * usual:
        raise Hint(f"{error:.4f} against {usual:.4f}: that may be luck. Find one that is half as "
                   "bad again, at least.")
    return (f"An error of {error:.4f}, against {usual:.4f} for noise. What was missing in the "
            "noise it learned from?")
