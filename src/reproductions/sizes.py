"""Sizes and counts of every experiment in one place: smoke, reference and paper."""

from __future__ import annotations

from typing import NamedTuple

NAMES = ("smoke", "reference", "paper")


class Size(NamedTuple):
    """One size under its three names."""

    smoke: int
    reference: int
    paper: int


SIZES = {
    # claims: artist-grouped folds in three shuffles
    "artist_shuffles": Size(1, 3, 3),
    # paper silent; Ballé's reference code goes on still longer (notebook 07)
    "ae_steps": Size(100, 10_000, 50_000),
    # claims: 3 trainings of each loss at least, better 5
    "ae_seeds": Size(1, 3, 5),
    # claims: 3 for autoencoders trained on pictures
    "ae_control_seeds": Size(1, 3, 3),
    # paper silent; Ballé, Laparra and Simoncelli 2017
    "ae_filters": Size(64, 64, 128),
    # paper silent; Ballé's reference code crops 256; MS-SSIM needs over 160
    "ae_side": Size(192, 192, 256),
    # paper silent; Ballé's reference code
    "ae_batch": Size(4, 4, 8),
    # ours (notebook 01): how often the folds are shuffled anew
    "leak_shuffles": Size(3, 20, 20),
    # Cortis, section IV.A: 10 stratified holdouts (notebook 03)
    "boruta_holdouts": Size(2, 10, 10),
    # the package Boruta's default is 100; it stops when every feature is decided
    "boruta_rounds": Size(20, 100, 100),
    # ours (notebook 03): the paper tells no number of K-means runs
    "cluster_seeds": Size(5, 10, 10),
    # Cortis, section IV.A: 10 stratified holdouts (notebook 04)
    "mlp_holdouts": Size(2, 10, 10),
    # ours (notebook 04): trainings where there is one split; holdouts of tuned networks
    "mlp_seeds": Size(1, 5, 10),
    # Cortis is silent (notebook 04): settings that Bayesian optimisation tries
    "mlp_trials": Size(3, 15, 30),
    # Cortis, section IV.A: 10; 3 are what claims needs at least (notebook 04)
    "cnn_holdouts": Size(1, 3, 10),
    # Sawhney's code: 200 epochs, the last one counts (notebook 05)
    "dsae_epochs": Size(6, 200, 200),
    # ours (notebook 05): where the paper trained nothing, until dev is at rest
    "dsae_rest_epochs": Size(6, 400, 400),
    # ours (notebook 05): dev is redrawn best after some 30 epochs, then worse
    "dsae_tcvae_epochs": Size(6, 30, 30),
    # Sawhney's code: the plain autoencoder learns for 400 epochs
    "dsae_vanilla_epochs": Size(6, 400, 400),
    # Sawhney's code: 512 segments a step
    "dsae_batch": Size(128, 512, 512),
    # claims: 10 at least; 15 hold five artist-grouped folds in three shuffles, one each
    "dsae_seeds": Size(1, 15, 15),
    # claims: 10 shuffles and initialisations with tracks apart
    "dsae_track_seeds": Size(1, 10, 10),
    # claims: 5 trainings of what is compared; five folds hold every track once
    "dsae_arm_seeds": Size(1, 5, 5),
    # ours (notebook 05): seeds of the curve over γ and of the variants
    "dsae_sweep_seeds": Size(1, 2, 5),
    # claims: 20 random subsets of genres of each size; 5 hold every fold once
    "dsae_genre_subsets": Size(1, 5, 20),
    # claims: 3 pre-trainings of each contrastive encoder (notebook 08)
    "con_seeds": Size(1, 3, 3),
    # paper silent (notebook 08): of the other ones of spectra; 3000 are 500 epochs
    "con_steps": Size(40, 800, 3000),
    # paper silent (notebook 08): of the main encoder of spectra
    "con_long_steps": Size(40, 1200, 3000),
    # paper silent (notebook 08): as above, for encoders of audio
    "con_audio_steps": Size(30, 400, 3000),
    # paper silent (notebook 08): CLMR's code has 48, SimCLR far more
    "con_batch": Size(12, 64, 64),
    # multi-format contrastive, section 4: pieces of 5 seconds
    "con_samples": Size(22_050, 110_250, 110_250),
    # multi-format contrastive, sections 3.1 and 3.2: eighths of the channels
    "con_eighths": Size(1, 8, 8),
    # ours (notebook 08): arms that are too many for full size
    "con_equal_steps": Size(30, 1040, 3000),
    # ours (notebook 08): as above
    "con_equal_batch": Size(12, 32, 64),
    # CLMR's code: pieces of 2.7 seconds (notebook 08)
    "con_equal_samples": Size(22_050, 59_049, 110_250),
    # ours (notebook 08): eighths of the channels
    "con_equal_eighths": Size(1, 2, 8),
    # ours (notebook 08): steps that only measure batches, for random weights
    "con_still_steps": Size(10, 60, 60),
    # ours (notebook 08): of supervised twins; the best look counts
    "con_label_steps": Size(30, 300, 1000),
    # ours (notebook 08): how often a training is looked at
    "con_looks": Size(5, 20, 20),
    # ours (notebook 09): Holm's correction of 300 pairs needs small p
    "ground_draws": Size(20_000, 100_000, 100_000),
    # ours (notebook 09): ways of dealing out each rung of the ladder
    "ground_seeds": Size(2, 5, 10),
    # claims: 3 trainings of each CNN, autoencoder and contrastive encoder
    "ground_net_seeds": Size(1, 3, 5),
    # ours (notebook 09): of the small encoders of spectra, one a fold
    "ground_encoder_steps": Size(30, 260, 3000),
    # ours (notebook 09): of the small contrastive encoders on the ladder
    "ground_con_steps": Size(10, 300, 3000),
    # ours (notebook 09): ways of dealing out the artists of the switches
    "ground_switch_seeds": Size(3, 10, 10),
    # ours (notebook 03): how often the genres are numbered anew
    "label_codings": Size(10, 50, 50),
}
"""By name; the comment above each tells where the paper's value comes from."""


class Sizes:
    """All sizes of one name as attributes.

    Notes
    -----
    Notebook: 01.

    Examples
    --------
    >>> Sizes("smoke").leak_shuffles
    3
    """

    def __init__(self, name: str):
        if name not in NAMES:
            raise ValueError(f"There is no size {name!r}. Choose one of {', '.join(NAMES)}.")
        self.name = name

    def __getattr__(self, size: str) -> int:
        if size not in SIZES:
            raise AttributeError(f"No size is named {size!r}; sizes.py holds {', '.join(SIZES)}.")
        return getattr(SIZES[size], self.name)

    def __repr__(self) -> str:
        return f"Sizes({self.name!r})"
