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
def autoencoder_step(answer) -> str:
    rng = np.random.default_rng(7)
    old, x, rate = (rng.normal(size=(3, 6)), rng.normal(size=(6, 3))), 2 * rng.normal(size=6), 0.01
    encoder, decoder = old
    exact, z = encoder @ x, np.round(encoder @ x)
    error = (decoder @ z - x) / 3  # two sixths: the mean of six squares
    back, out = np.outer(decoder.T @ error, x), np.outer(error, z)
    found = call(answer, encoder.copy(), decoder.copy(), x.copy(), rate)
    if not isinstance(found, tuple | list) or [np.shape(one) for one in found] != [(3, 6), (6, 3)]:
        raise Hint("Two matrices are asked for: the encoder, (3, 6) here, and the decoder, (6, 3).")
    truth = [encoder - rate * back, decoder - rate * out]
    unrounded = (decoder @ exact - x) / 3
    foresee(np.concatenate([np.ravel(one) for one in found]), [
        (np.concatenate([np.ravel(one) for one in wrong]), hint) for wrong, hint in (
            ((encoder + rate * back, decoder + rate * out), "You went uphill: a minus."),
            ((encoder - 6 * rate * back, decoder - 6 * rate * out),
             "The loss is a mean: divide the error by the number of pixels."),
            ((encoder, truth[1]), "Your encoder stands still, as it would with the true slope of "
             "the steps. Go straight through: decoder.T @ error is its error, too."),
            ((encoder - rate * np.outer(decoder.T @ unrounded, x),
              decoder - rate * np.outer(unrounded, exact)), "The code is not rounded."),
            ((encoder - rate * np.outer(truth[1].T @ error, x), truth[1]),
             "Compute both slopes before you change a matrix: your encoder saw the new decoder."))])
    for name, one, right in zip(("encoder", "decoder"), found, truth):
        if not np.allclose(one, right):
            raise Hint(f"The {name} is not right: its first weight should be {right[0, 0]:.4f}; "
                       f"yours is {np.asarray(one)[0, 0]:.4f}.")
    return "That is all: the network above takes this step with more layers and many pictures."


@exercise("07.4")
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


@exercise("07.5")
def random_code(answer) -> str:
    pictures, n = np.random.default_rng(0).random((12, 400)), 1000
    codes = np.asarray(call(answer, pictures.copy(), n, np.random.default_rng(1)), dtype=float)
    if codes.shape != (12, n):
        raise Hint(f"12 pictures and n = {n} make codes of shape (12, {n}), not {codes.shape}.")
    some = np.asarray(call(answer, pictures[:6].copy(), n, np.random.default_rng(1)), dtype=float)
    if not np.allclose(some, codes[:6]):
        raise Hint("The code of a picture changes with the pictures beside it. Draw one matrix of "
                   "weights, (n_pixels, n), and use it for all.")
    a, b = np.triu_indices(12, 1)
    ratio = (np.linalg.norm(codes[a] - codes[b], axis=1)
             / np.linalg.norm(pictures[a] - pictures[b], axis=1))
    if not (0.9 < ratio.min() and ratio.max() < 1.1):
        raise Hint(f"Your distances are {ratio.min():.2f} to {ratio.max():.2f} times those of the "
                   f"pictures; √n is {n**0.5:.2f}.")
    return (f"{ratio.min():.2f} to {ratio.max():.2f} times the distances of the pictures. Nobody "
            "learned anything, and what differed still differs.")


@exercise("07.6")
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
