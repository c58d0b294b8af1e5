# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 · How much of a network's accuracy is genre, and how much is the recording?
#
# - **You will:** hear a slice in the test whose neighbour was in the train part, write a perceptron
#   by hand, train it under four splits, see what convolutional networks are shown, and ask eleven
#   models what they owe to the split
# - **You need:** notebooks 01 to 03; artists
# - **Minutes:** 25 to read, 1 to run
# - **Paper:** Cortis, sections III.C, IV and V, Table I, Fig 3

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
profile = "quick"  # quick, reference or paper: how large the experiments are
seed = 0  # everything that is left to chance follows from it
# chosen on validation rows: at 0.001 the 30-second perceptrons are not done in 100 epochs
learning_rate = 0.002
learning_rate_mfcc = 0.001  # of the networks that are shown MFCCs
patience = 10  # epochs without a lower loss on the validation rows after which a training stops
# the same for networks that are shown 3-second pictures: an epoch of theirs has ten times the steps
patience_cnn = 5
window = 301  # frames of the sliding window of CMVN; 3 seconds have 130

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from sklearn import feature_selection, metrics, neighbors

from claimbook import Ledger, finding, predictions, reference_run
from claimbook.claims import find_claim
from claimbook.rows import REFERENCE
from claimbook.staleness import is_stale
from coursekit.lesson import check, predict, quiz, show_guess
from genrelab.corpora import load_corpus
from genrelab.display import listen, save_figure, use_theme
from genrelab.evaluation import holdouts
from genrelab.features import (
    cmvn,
    distortions,
    feature_table,
    mel_pictures,
    mfcc,
    published_features,
    summary,
)
from genrelab.models import perceptron
from genrelab.models.supervised import Recipe, new_model
from genrelab.runtime import figures_folder, project_root
from reproductions import network_training, probing, records, sequences
from reproductions.network_training import scaled
from reproductions.networks import Data, Job, fit_all
from reproductions.provenance import computing_modules
from reproductions.records import source_of
from reproductions.sizes import Profile

# %% tags=["hide-input"] jupyter={"source_hidden": true}
use_theme()
torch.set_num_threads(1)
sizes = Profile(profile)
music = load_corpus(corpus)
music.require(
    groups=3, genres=2, seconds=6, tracks=holdouts.FEWEST, parts={"train": 1, "valid": 1, "test": 1}
)
genres = sorted(music.tracks.genre.unique())
ledger = Ledger(source=source_of(music), profile=profile)
reference = project_root() / REFERENCE  # what the course was published with
is_reference = profile == "reference" and music.name == "gtzan"
book = ledger if is_reference or not (reference / "claims.json").is_file() else Ledger(reference)
# else one kind of network is trained here, and the rest is read from the reference run
everything = profile != "quick"

# %% tags=["hide-input"] jupyter={"source_hidden": true}
MODELS = {
    "fixed_mlp_30s": "Fixed MLP, 30 s",
    "fixed_mlp_3s": "Fixed MLP, 3 s",
    "tuned_mlp_30s": "Tuned MLP, 30 s",
    "tuned_mlp_3s": "Tuned MLP, 3 s",
    "no_mfcc_30s": "Tuned MLP, no MFCC, 30 s",
    "no_mfcc_3s": "Tuned MLP, no MFCC, 3 s",
    "cnn_mel_30s": "CNN, mel pictures, 30 s",
    "cnn_stft_3s": "CNN, spectrogram, 3 s",
    "cnn_mel_3s": "CNN, mel, 3 s",
    "cnn_mfcc_3s": "CNN, MFCC, 3 s",
    "mmnn": "MMNN, 3 s",
}
PROTOCOLS = {"mc": "rows at random", "grp": "tracks kept together", "ff": "faults out, artists "
                                                                          "apart"}


def shown(key):
    """Return a row of the reference run as text: value and interval over artists."""
    row = book.row(key)
    return f"{row['value']:.3f} [{row['ci_low']:.3f}, {row['ci_high']:.3f}]" + (
        " (stale)" if is_stale(row) else ""
    )


# %% tags=["hide-input"] jupyter={"source_hidden": true}
best = {protocol: book.row(f"cortis.t1.fixed_mlp_3s.acc@{protocol}") for protocol in PROTOCOLS}
if not is_reference and all(best.values()):
    leak = next(
        part for part in book.row("cortis.window.why@grp")["parts"] if part["name"] == "leak"
    )
    finding(
        leak["ci_low"] > 0,
        "**First of all, a warning.** The best network of the paper, run again on GTZAN, owes a "
        "part of its accuracy to slices whose own "
        "tracks it had seen in training. How large a part stands further down, after your guess.",
        "**First of all.** For the best network of the paper, run again on GTZAN, no gain from "
        "slices whose own tracks it had seen in "
        "training is shown.",
    )

# %% [markdown]
# ## Eleven models and one table
#
# Cortis trains eleven networks on GTZAN: perceptrons on the 57 features of notebook 02, of whole
# tracks (30 s) or of slices of three seconds; convolutional networks (CNN) on spectrograms, mel
# spectrograms and MFCCs; and one that takes both. The best reaches 0.879. Slices do better than
# tracks, MFCCs better than other features, and more network does not help: so says Table I. In
# notebook 01 you saw what a random split can do. Here is what it does to each line of that table.
#
# First the rows. Every track gives about ten slices, and every slice is a row of its own:

# %%
published, pieces = published_features(music), feature_table(music, "3s")
whole = feature_table(music, "30s") if published is None else published
rows = {"30s": pd.DataFrame({"track": whole.index}), "3s": pieces[["track", "segment"]].copy()}
for table in rows.values():
    table["genre"] = music.tracks.genre[table.track].to_numpy()
audio = {"30s": music.audio_kind if published is None else "kaggle-table", "3s": music.audio_kind}
print(*(f"{len(table)} rows of {kind}, sound: "
        f"{audio[kind]}" for kind, table in rows.items()), sep="\n")

# %% [markdown]
# The paper deals these rows out at random in each genre: a fifth is for the test, and of the rest a
# fifth for validation. It does so ten times ("Monte-Carlo holdouts"), and it adds that everything
# is tuned on the train part, "so to never have data leakage". Take the first of these holdouts, and
# for each slice of the test the most similar slice of the train part:

# %%
first = holdouts.random_holdouts(rows["3s"].genre, [seed])[0]
train, test = first.rows("train"), first.rows("test")
numbers = scaled(pieces.iloc[:, 2:].to_numpy(), train)
away, place = (
    neighbors.NearestNeighbors(n_neighbors=1).fit(numbers[train]).kneighbors(numbers[test])
)
nearest = train[place[:, 0]]
pairs = pd.DataFrame({"test": test, "train": nearest, "away": away[:, 0]})
pairs["one track"] = rows["3s"].track.to_numpy()[test] == rows["3s"].track.to_numpy()[nearest]
print("The nearest slice of the train part is from the same track: "
      f"{pairs['one track'].mean():.0%} of {len(pairs)};")
print(f"by chance it would be {1 / rows['3s'].track.nunique():.1%}")

# %% [markdown]
# Listen to such a pair. Is it the genre that they share?

# %%
def piece_of(row):
    """Return the name and the sound of a slice."""
    about = rows["3s"].iloc[row]
    return f"slice {about.segment} of {about.track}", summary.segments(music.audio(about.track))[
        about.segment
    ]


leaking = pairs[pairs["one track"]].sort_values("away")
pair = leaking.iloc[len(leaking) // 4]
heard = {
    f"{side}: {name}": sound
    for side in ("test", "train")
    for name, sound in [piece_of(int(pair[side]))]
}
listen(heard, corpus=music, seconds=None)

# %% [markdown]
# So a network need not know what blues is. It may remember what *this recording* is like, and say
# the genre that it was told for it. How many rows of the test have their own track in the train
# part, or an exact copy of it, over all holdouts?

# %%
source = holdouts.originals(music.tracks)[rows["3s"].track].to_numpy()
counted = [0, 0]
for split in holdouts.random_holdouts(rows["3s"].genre, range(seed, seed + sizes.mlp_holdouts)):
    known = set(source[split.rows("train")])
    counted[0] += sum(track in known for track in source[split.rows("test")])
    counted[1] += len(split.rows("test"))
print(f"{counted[0]} of {counted[1]} rows")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
ledger.state(
    "cortis.no_leak",
    "mc",
    {"test rows whose track is learned from": tuple(counted)},
    audio=audio["3s"],
)
ledger.table(["cortis.no_leak"])

# %% [markdown]
# The claim is that *no* row leaks. (A row of such a table is a sentence of a paper. *Reproduced* or
# *not reproduced*: our number lies within or beyond a margin that was fixed before the run;
# *undecidable*: its interval is too wide to tell; *at this size*: we ran less than the paper; *not
# judged*: other data than the paper's, or a small profile. All margins stand on the page of
# claims.)
#
# ## A perceptron by hand
#
# A **multilayer perceptron** (MLP) multiplies its input by a matrix, adds a vector, sets what is
# negative to zero (ReLU), and does this again. The last layer has one number for each genre, and
# the softmax turns these into probabilities. The loss is the **cross-entropy**: minus the logarithm
# of the probability given to the right genre.

# %%
net = perceptron.Perceptron(n_inputs=3, n_classes=2, hidden=(4,), dropout=(0.3,)).eval()
x, truth = torch.tensor([[0.5, -1.0, 2.0]]), torch.tensor([1])
hidden = torch.relu(x @ net.hidden[0].weight.T + net.hidden[0].bias)
logits = hidden @ net.output.weight.T + net.output.bias
shares = logits.exp() / logits.exp().sum()
assert torch.allclose(logits, net(x)) and torch.allclose(
    -shares[0, 1].log(), torch.nn.functional.cross_entropy(net(x), truth)
)
print(
    "probabilities",
    [round(p, 3) for p in shares[0].tolist()],
    "loss",
    round(-shares[0, 1].log().item(), 3),
)

# %% [markdown]
# In training, **dropout** sets each hidden number to zero with a given probability, and enlarges
# the others so that their sum stays the same on average: no number can rely on another being there.

# %%
torch.manual_seed(seed)
ones = torch.ones(1, 10)
print(torch.nn.Dropout(0.3)(ones).numpy().round(2))

# %% [markdown]
# The paper tells three layers for 30 s and four for 3 s, ReLU, dropout, the optimiser Nadam,
# batches of 128 and at most 100 epochs with early stopping. It tells no widths and no rates. We
# take 128-64-32 and 256-128-64-32, which lie within the range of its own tuning, and dropout 0.3;
# the features are scaled by median and quartiles of the train part, as notebook 03 did. All 57 are
# used: the paper first takes features out that are unrelated or repeated, and what that removes
# depends on how genres are numbered (notebook 03).
#
# One more silence: after tuning, the paper trains "over the entire training set", and does not say
# what early stopping then looks at. Here the fifth that is for validation is not learned from. The
# reference run also tries the other reading: the epochs are counted with the validation rows apart,
# and then a new network learns from both for as many.

# %%
MLP_30 = Recipe(
    hidden=(128, 64, 32), dropout=(0.3,) * 3, learning_rate=learning_rate, patience=patience
)
MLP_3 = MLP_30._replace(hidden=(256, 128, 64, 32), dropout=(0.3,) * 4)
counts = [
    sum(p.numel() for p in new_model(r, [(57,)], len(genres)).parameters()) for r in (MLP_30, MLP_3)
]
print("weights:", counts[0], "for 30 s and", counts[1], "for 3 s")

# %% [markdown]
# ## Four ways to deal the same rows
#
# - `mc`, the paper's: **rows at random**, ten times (fewer in the quick profile).
# - `grp`: the same, but all rows of a track, and of its exact copies, stay on one side: **tracks
#   kept together**.
# - `ff`: the published split of notebook 01, **faults out and artists apart** (all but six tracks,
#   which notebook 01 names). There is one such split, so here networks are trained with several
#   seeds instead.
# - `ag`: five folds with **artists apart** over the tracks without faults; every track is tested
#   once. Its intervals are smaller, so it decides where `ff` cannot. The folds are dealt once, and
#   each is learned with several seeds.

# %%
def deal(table):
    """Return the splits of rows under each protocol; one seed is one holdout, or one training."""
    several, track = range(seed, seed + sizes.mlp_holdouts), table.track
    some = range(seed, seed + sizes.mlp_seeds)
    return {
        "mc": holdouts.random_holdouts(table.genre, several),
        "grp": holdouts.track_holdouts(track, music.tracks, several),
        "ff": holdouts.published_split(track, music.tracks, some),
        "ag": holdouts.artist_folds(
            track, music.tracks, some, probing.fold_number(kept), shuffle=seed
        ),
    }


kept = music.tracks[music.tracks.split != "removed"]
dealt = {kind: deal(table) for kind, table in rows.items()}
pd.DataFrame({p: pd.Series(dealt["3s"][p][0].part).value_counts() for p in dealt["3s"]}).fillna(
    0
).astype(int).rename(index={"": "left out"})

# %% [markdown]
# From `mc` to `grp` the mix of genres stays the same, and but for a few rows the sizes, and only
# what train and test have in common changes. `ff` and `ag` also leave tracks out, and `ff` learns
# from fewer: notebook 09 will take these steps apart. Guess:

# %%
question = (
    f"{music.name}, perceptron on 3-second slices: how much higher is its accuracy with rows at "
    "random than with tracks kept together?"
)
predict("04.fall", question, low=0, high=0.5)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def labels_of(table):
    """Return the genres as numbers."""
    return table.genre.map(genres.index).to_numpy()


WHOLE = Data(labels_of(rows["30s"]), whole.to_numpy())
PIECES = Data(labels_of(rows["3s"]), pieces.iloc[:, 2:].to_numpy())
fits = {}


# %% tags=["hide-input"] jupyter={"source_hidden": true}
def learn(
    arm, kind, data, recipe, protocols, runs=99, columns=None, about=None, variant="", **options
):
    """Train an arm under protocols, hand its answers to the ledger, and keep the trainings in
    `fits`."""
    for protocol in protocols:
        splits = [split for split in dealt[kind][protocol] if split.seed < seed + runs]
        taken = [columns(split) if callable(columns) else columns for split in splits]
        jobs = [Job(recipe, split, place, **options) for split, place in zip(splits, taken)]
        found = fits[arm + variant, protocol] = fit_all(jobs, data, f"{arm}, {protocol}")
        told = {
            "epochs": [len(one.history) for one in found],
            "learning_rate": recipe.learning_rate,
            **options,
        }
        told["layers"] = sorted({f"{one.recipe.hidden} {one.recipe.dropout} "
                                 f"{one.recipe.filters}" for one in found})
        told |= {
            "columns": sorted({str(place) for place in taken}),
            "patience": recipe.patience,
            "window": window,
        }
        budget = {"holdouts": (len(splits), 10)} if protocol in ("mc", "grp") else {}
        budget |= {"shuffles of the folds": (1, 3)} if protocol == "ag" else {}
        inputs = [summary] if data.pictures is None else [sequences, cmvn, mel_pictures]
        made = computing_modules(network_training, holdouts, *inputs)
        more = {
            "audio": audio[kind],
            "parameters": {arm: told},
            "budget": budget | (about or {}),
            "modules": made,
        }
        keeps = arm in WITH_TRAIN and protocol in ("mc", "grp")
        parts = ("train", "test") if keeps else ("test",)
        answers = records.of_fits(found, rows[kind], parts)
        more = records.trained(found) | {"variant": variant} | more
        records.record(ledger, arm, protocol, answers, music, **more)


WITH_TRAIN = [
    f"cortis.t1.{name}" for name in ("fixed_mlp_3s", "tuned_mlp_3s", "cnn_mfcc_3s", "mmnn")
]

# %%
learn("cortis.t1.fixed_mlp_30s", "30s", WHOLE, MLP_30, dealt["30s"])

# %%
learn("cortis.t1.fixed_mlp_3s", "3s", PIECES, MLP_3, dealt["3s"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
# two other readings: the validation rows are learned from in the end; features from the audio at
# hand
if everything:
    for length, data, recipe in (("30s", WHOLE, MLP_30), ("3s", PIECES, MLP_3)):
        learn(
            f"cortis.t1.fixed_mlp_{length}",
            length,
            data,
            recipe,
            ["mc"],
            variant="learned=train and valid",
            refit=True,
        )
    rows["own"], dealt["own"], audio["own"] = rows["30s"], dealt["30s"], music.audio_kind
    OWN_WHOLE = WHOLE._replace(table=feature_table(music, "30s").loc[whole.index].to_numpy())
    learn(
        "cortis.t1.fixed_mlp_30s",
        "own",
        OWN_WHOLE,
        MLP_30,
        dealt["own"],
        variant="features=own extraction",
    )


# %% tags=["hide-input"] jupyter={"source_hidden": true}
def accuracy_of(fit, table, part="test"):
    """Return the share of a table's rows that a training has right."""
    places = fit.split.rows(part)
    return float((fit.probabilities[places].argmax(axis=1) == labels_of(table)[places]).mean())


live = {
    p: np.mean([accuracy_of(fit, rows["3s"]) for fit in fits["cortis.t1.fixed_mlp_3s", p]])
    for p in dealt["3s"]
}
# %%
show_guess("04.fall", round(float(live["mc"] - live["grp"]), 3))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if not is_reference and all(best.values()):
    told = "; ".join(
        f"{words} {shown(f'cortis.t1.fixed_mlp_3s.acc@{code}')}"
        for code, words in PROTOCOLS.items()
    )
    print(f"On GTZAN (reference run; in brackets: 95 % interval over artists): {told}")

# %% [markdown]
# How does one of these trainings go? Early stopping keeps the weights of the epoch with the lowest
# loss on the validation rows. Look where these rows come from: dealt out at random they leak as
# well as the test does. If they do, their loss goes on falling while the network learns tracks by
# heart, and *they cannot warn*.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharex=True, sharey=True, layout="constrained")
curves = []
for ax, protocol in zip(axes, ("mc", "grp")):
    history = pd.DataFrame(fits["cortis.t1.fixed_mlp_3s", protocol][0].history)
    history.insert(0, "epoch", np.arange(1, len(history) + 1))
    ax.plot(history.epoch, history.loss, color="#1f5fa8", label="train rows, with dropout")
    ax.plot(
        history.epoch, history.valid_loss, color="#b5651d", linestyle="--", label="validation rows"
    )
    lowest = history.valid_loss.idxmin()
    ax.plot(
        history.epoch[lowest],
        history.valid_loss[lowest],
        "o",
        color="#b5651d",
        label="the weights that are kept",
    )
    ax.set(title=f"{PROTOCOLS[protocol]}: lowest at {history.valid_loss.min():.2f}", xlabel="epoch")
    curves.append(history.assign(protocol=protocol))
axes[0].set_ylabel("cross-entropy, nats")
axes[0].legend(fontsize=11)
alt = (
    "Loss on train and on validation rows over epochs, for rows at random and for tracks kept "
    "together."
)
save_figure(
    fig, "04_early_stopping", alt=alt, data=pd.concat(curves).set_index("protocol").round(4)
)

# %% [markdown]
# Compare the dashed lines: where validation rows leak, their loss follows that of the train rows
# further down.
#
# ## Is it more data, or the leak?
#
# Table I has 3-second slices far above whole tracks, and the paper supposes that there is simply
# more data. Test it: train on slices, but on *one* of each track. Then part the gain in three: the
# shorter window (and with it the larger network and, on GTZAN, re-coded sound), ten slices instead
# of one, and the leak.

# %%
dealt["one slice"] = {"grp": holdouts.one_row_a_track(dealt["3s"]["grp"], rows["3s"].track)}
rows["one slice"], audio["one slice"] = rows["3s"], audio["3s"]
learn("cortis.window.one_segment", "one slice", PIECES, MLP_3, ["grp"])
why = ledger.compare("cortis.window.why", "grp")

# %%
names = {"name": "part of the gain", "value": "accuracy", "ci_low": "from", "ci_high": "to"}
pd.DataFrame(why["parts"])[list(names)].rename(columns=names).set_index("part of the gain").round(3)

# %% [markdown]
# A part below zero is a loss. The three add up to what slices at random have more than whole tracks
# with tracks kept together.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if row := book.row("cortis.window.why@grp"):
    said = "; ".join(f"{p['name']} {p['value']:+.3f} [{p['ci_low']:+.3f}, "
                     f"{p['ci_high']:+.3f}]" for p in row["parts"])
    value = {part["name"]: part["value"] for part in row["parts"]}
    finding(
        value["more data"] > value["leak"],
        f"On GTZAN ({said}), ten slices instead of one bring more than the leak. The verdict on "
        f"the paper's guess: {row['verdict']}.",
        f"On GTZAN ({said}), the leak brings at least as much as ten slices instead of one. The "
        f"verdict on the paper's guess: {row['verdict']}.",
    )

# %%
ledger.table(["cortis.window.why", "cortis.window.fixed"])

# %% [markdown]
# ## Are MFCCs the best features?
#
# Without the 40 columns of MFCC, Table I falls by 0.18. But 40 columns are more than 17. So the
# Fixed MLP for 30 s is given the 40, the other 17, and 17 of the 40: those with the largest mutual
# information with the genre on the train rows.

# %%
# places of the columns, in the order of the published table
SPECTRAL, CEPSTRAL = range(17), range(17, 57)


def best_17(split):
    """Return the 17 columns of MFCC that tell most of the genre on the train rows of a split."""
    train = split.rows("train")
    told = feature_selection.mutual_info_classif(
        whole.to_numpy()[train][:, list(CEPSTRAL)], labels_of(rows["30s"])[train], random_state=seed
    )
    return tuple(int(CEPSTRAL[k]) for k in np.sort(np.argsort(-told)[: len(SPECTRAL)]))


runs = sizes.mlp_seeds
learn("cortis.only.mfcc", "30s", WHOLE, MLP_30, ["mc", "grp", "ag"], runs, columns=tuple(CEPSTRAL))
learn("cortis.only.mfcc_17", "30s", WHOLE, MLP_30, ["mc", "grp", "ag"], runs, columns=best_17)
learn(
    "cortis.only.others", "30s", WHOLE, MLP_30, ["mc", "grp", "ag"], runs, columns=tuple(SPECTRAL)
)

# %% [markdown]
# The scaling, too, is said to matter. In the reference run the same network learns from features as
# they are, and from features scaled by mean and deviation.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if everything:
    learn(
        "cortis.only.mfcc_3s",
        "3s",
        PIECES,
        MLP_3,
        ["mc", "grp", "ff"],
        runs,
        columns=tuple(CEPSTRAL),
    )
    for scaling in ("none", "standard"):
        learn(
            f"cortis.scaling.{scaling}", "3s", PIECES, MLP_3, ["mc", "grp"], runs, scaling=scaling
        )

# %% [markdown]
# ## Tuned by a model of the model
#
# **Bayesian optimisation** tries settings, builds a model of which settings do well, and asks it
# what to try next. Here the settings are the number of layers (1 to 6), the units of each (8 to
# 256) and its dropout (0.3, 0.4 or 0.5), as in the paper; the estimator is optuna's. A setting is
# judged by its accuracy on the validation rows of the holdout, so each holdout has its own network.
# Under `ff` and `ag` the search is made once for each split, and its network is trained with
# several seeds. The paper tells no number of trials.

# %%
tuned = {"runs": runs, "trials": sizes.mlp_trials}
if everything:
    for length, data, recipe in (("30s", WHOLE, MLP_30), ("3s", PIECES, MLP_3)):
        learn(f"cortis.t1.tuned_mlp_{length}", length, data, recipe, dealt[length], **tuned)
        learn(
            f"cortis.t1.no_mfcc_{length}",
            length,
            data,
            recipe,
            dealt[length],
            columns=tuple(SPECTRAL),
            **tuned,
        )
    print(
        {
            name: fits[f"cortis.t1.{name}", "mc"][0].recipe.hidden
            for name in ("tuned_mlp_30s", "tuned_mlp_3s")
        }
    )

# %% [markdown]
# ## What a convolutional network is shown
#
# A CNN looks at a picture of sound through small filters, 3 × 3 here, and keeps the largest answer
# of each neighbourhood. A filter finds a pattern wherever it is: an attack at any time, and also a
# line at any height. Here is one slice as each CNN gets it. CMVN takes from every coefficient its
# mean and its deviation over the slice (notebook 02). Each picture has its own scale of colours.

# %%
name, sound = piece_of(int(pair["test"]))
given = {
    "spectrogram": sequences.stft_picture(sound),
    "mel spectrogram": sequences.mel_sequence(sound),
    "MFCC": mfcc(sound),
}
given["MFCC with CMVN"] = cmvn(given["MFCC"], window)
listen({name: sound}, corpus=music, seconds=None)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 4, figsize=(13, 3.4), layout="constrained")
for ax, (title, picture) in zip(axes, given.items()):
    ax.imshow(picture, aspect="auto", origin="lower", cmap="magma", extent=(0, 3, 0, len(picture)))
    row = (
        "frequency bin"
        if title == "spectrogram"
        else "mel band"
        if title == "mel spectrogram"
        else "coefficient"
    )
    ax.set(title=f"{title}\n{picture.shape[0]} × {picture.shape[1]}", xlabel="seconds", ylabel=row)
alt = (
    f"Four pictures of {name}: spectrogram, mel spectrogram, MFCC, and MFCC with mean and variance "
    "normalised."
)
ranges = {title: [picture.min(), picture.max(), picture.mean()] for title, picture in given.items()}
save_figure(
    fig,
    "04_inputs",
    alt=alt,
    data=pd.DataFrame(ranges, index=["lowest", "highest", "mean"]).T.round(3),
)

# %% [markdown]
# By hand: a convolution is a weighted sum around each place. We pool before the ReLU instead of
# after it, which costs less and gives the same, since ReLU never turns the order of two numbers
# round:

# %%
picture = torch.from_numpy(given["MFCC with CMVN"]).float()[None, None]
kernel = torch.randn(1, 1, 3, 3, generator=torch.Generator().manual_seed(seed))
around = torch.nn.functional.pad(picture, (1, 1, 1, 1))[0, 0].unfold(0, 3, 1).unfold(1, 3, 1)
answer = (around * kernel[0, 0]).sum(dim=(2, 3))
assert torch.allclose(
    answer, torch.nn.functional.conv2d(picture, kernel, padding=1)[0, 0], atol=1e-4
)
pooled = torch.nn.functional.max_pool2d(answer[None], 2)
assert torch.equal(pooled.relu(), torch.nn.functional.max_pool2d(answer.relu()[None], 2))

# %%
CNN = Recipe(
    "cnn",
    filters=(8, 32, 64),
    pools=((4, 2), (4, 2), (2, 2)),
    optimiser="adam",
    learning_rate=learning_rate,
    patience=patience_cnn,
)
CNN_MFCC = CNN._replace(
    filters=(16, 32, 64), pools=((2, 2), (2, 4), (1, 4)), learning_rate=learning_rate_mfcc
)
CNN_PICTURE = CNN._replace(filters=(8, 16, 32, 64), pools=((2, 2),) * 4, patience=patience)
MMNN = CNN_MFCC._replace(network="mmnn", hidden=MLP_3.hidden, dropout=MLP_3.dropout)
CNN_LSTM = CNN_MFCC._replace(network="cnn_lstm")
shape = given["MFCC"].shape
sizes_of = {
    "CNN on MFCC": (CNN_MFCC, [shape]),
    "MMNN": (MMNN, [(57,), shape]),
    "CNN + LSTM": (CNN_LSTM, [shape, shape]),
}

# %%
{
    name: sum(p.numel() for p in new_model(r, s, len(genres)).parameters())
    for name, (r, s) in sizes_of.items()
}

# %% [markdown]
# The **multimodal network** (MMNN) puts the last hidden layers of the perceptron and of the CNN on
# MFCC side by side, adds one dense layer, and is trained as a whole. The paper's own wish for later
# work is a recurrent network beside a convolutional one; we read it as an LSTM over the frames of
# the same MFCCs. Numbers of filters are ours, as are the rates: for mel spectrograms 0.002 was
# better on validation rows than 0.001; for MFCCs only 0.001 was tried. These networks take long, so
# the quick profile reads what became of them from the reference run.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if everything:
    taken = sequences.sequences(music, "mfcc")
    noisy = sequences.sequences(music, "mfcc_noise").pictures
    normal, normal_noisy = (
        cmvn(pictures, window).astype(np.float16) for pictures in (taken.pictures, noisy)
    )
    assert (taken.rows.to_numpy() == rows["3s"][["track", "segment"]].to_numpy()).all()
    MFCC = Data(labels_of(rows["3s"]), pictures=normal, heard=normal_noisy)
    RAW_MFCC = MFCC._replace(pictures=taken.pictures, heard=noisy)
    some = {"runs": sizes.cnn_holdouts}
    learn("cortis.t1.cnn_mfcc_3s", "3s", MFCC, CNN_MFCC, PROTOCOLS, **some)
    learn("cortis.t1.mmnn", "3s", PIECES._replace(pictures=normal), MMNN, PROTOCOLS, **some)
    learn("cortis.cnn_lstm", "3s", MFCC._replace(heard=None), CNN_LSTM, PROTOCOLS, **some)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if everything:
    small = {"rows of a picture": (128, 1025), "frames": (65, 130)}
    for kind in ("mel", "stft"):
        shown_to = Data(labels_of(rows["3s"]), pictures=sequences.sequences(music, kind).pictures)
        about = small if kind == "stft" else {"frames": (65, 130)}
        learn(f"cortis.t1.cnn_{kind}_3s", "3s", shown_to, CNN, PROTOCOLS, about=about, **some)

# %% [markdown]
# The 30-second pictures are the published ones, without border and frame, averaged to 108 × 167.
# Are they to blame for the lowest number of the table? Beside them stand log-mel spectrograms of
# our own, with a range of 80 dB, averaged to the same size.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if everything:
    taken = mel_pictures(music, music.tracks.index)
    images = np.rint(sequences.averaged(taken.images, 108, 167) * 255).astype(np.uint8)
    rows["pictures"] = pd.DataFrame(
        {"track": taken.tracks, "genre": music.tracks.genre[taken.tracks].to_numpy()}
    )
    audio["pictures"], dealt["pictures"] = taken.source, deal(rows["pictures"])
    PICTURES = Data(labels_of(rows["pictures"]), pictures=images)
    OWN = PICTURES._replace(
        pictures=sequences.whole_track_pictures(music, taken.tracks, (108, 167))
    )
    small = {"rows of a picture": (108, 216), "frames": (167, 334)}
    learn(
        "cortis.t1.cnn_mel_30s", "pictures", PICTURES, CNN_PICTURE, PROTOCOLS, about=small, **some
    )
    rows["log-mel"], audio["log-mel"], dealt["log-mel"] = (
        rows["pictures"],
        music.audio_kind,
        dealt["pictures"],
    )
    learn("cortis.cnn.own_mel_30s", "log-mel", OWN, CNN_PICTURE, ["mc", "ff"], about=small, **some)

# %% [markdown]
# ## Does CMVN help against noise?
#
# Mean and variance normalisation is meant for speech over a bad line. The CNN is trained on clean
# slices, with CMVN and without, and tested on clean slices and on slices with white noise 10 dB
# below the music. This is what the noise sounds like:

# %%
noise_on_it = distortions.add_noise(sound, snr=10)
listen({"clean": sound, "noise 10 dB below": noise_on_it}, corpus=music, seconds=None)

# %%
change = {
    "without CMVN": mfcc(noise_on_it) - given["MFCC"],
    "with CMVN": cmvn(mfcc(noise_on_it), window) - given["MFCC with CMVN"],
}
spread = {"without CMVN": given["MFCC"].std(axis=1, keepdims=True), "with CMVN": 1.0}
moved = {name: np.sqrt(np.mean((values / spread[name]) ** 2)) for name, values in change.items()}
print("; ".join(f"{name} the noise moves the coefficients by "
                f"{value:.2f} of their deviation" for name, value in moved.items()))

# %% [markdown]
# Whether the network gains by it is told below, with the other comparisons.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if everything:
    learn("cortis.cnn.no_cmvn", "3s", RAW_MFCC, CNN_MFCC, ["mc", "grp"], **some)
    for arm, heard_by in {
        "cortis.cnn.cmvn_noise": "cortis.t1.cnn_mfcc_3s",
        "cortis.cnn.no_cmvn_noise": "cortis.cnn.no_cmvn",
    }.items():
        for protocol in ("mc", "grp"):
            made = computing_modules(network_training, holdouts, sequences, cmvn, distortions)
            found = fits[heard_by, protocol]
            about = records.trained(found) | {
                "audio": audio["3s"],
                "budget": {"holdouts": (sizes.cnn_holdouts, 10)},
                "minutes": 0.0,
                "modules": made,
            }
            about["parameters"] = {
                arm: {"trained as": heard_by, "noise, dB below": 10, "window": window}
            }
            answers = records.of_fits(found, rows["3s"], heard=True)
            records.record(ledger, arm, protocol, answers, music, **about)

# %% [markdown]
# ## Table I, and the fall
#
# The paper's numbers were made with rows at random. Under `grp` and `ff` the verdict says whether a
# reader who trusts such a number would be right there, too. All comparisons further down are
# paired: the same holdouts, the same tracks. Where one side has more holdouts than the other, those
# that both have are compared.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
MC_GRP_FF, MC_GRP_AG = ("mc", "grp", "ff"), ("mc", "grp", "ag")
CLAIMS = {f"window.{name}": MC_GRP_AG for name in ("fixed", "tuned", "no_mfcc")} | {
    "window.cnn_mel": ("mc", "grp")
}
CLAIMS |= {f"tuned.{length}": ("mc", "ag") for length in ("30s", "3s")} | {
    f"no_mfcc.{k}": MC_GRP_AG for k in ("30s", "3s")
}
CLAIMS |= {
    "mfcc_best": MC_GRP_AG,
    "cnn.mfcc_gt_mel": MC_GRP_FF,
    "cnn.mel_gt_stft": MC_GRP_FF,
    "scaling": ("mc", "grp"),
}
CLAIMS |= {
    "cnn.picture_worst": ("mc", "ff"),
    "cnn.picture_quality": ("mc", "ff"),
    "summary_gt_sequence": MC_GRP_FF,
}
CLAIMS |= {
    "mmnn.no_gain": MC_GRP_FF,
    "mmnn.overfits": ("printed", "mc", "grp"),
    "wish.rnn_cnn": MC_GRP_FF,
    "cmvn": ("mc", "grp"),
}
compared = []
for claim, protocols in CLAIMS.items():
    for protocol in protocols:
        try:
            compared.append(ledger.compare(f"cortis.{claim}", protocol))
        except predictions.RecordError as error:
            if everything or "is missing" not in str(error):
                raise
print(f"{len(compared)} comparisons were made here; what is missing was not trained in this "
      "profile")

# %%
ledger.table([f"cortis.t1.{name}.acc@{protocol}" for name in MODELS for protocol in PROTOCOLS])

# %%
ledger.table([f"cortis.t1.{name}.{score}@mc" for name in MODELS for score in ("auroc", "auprc")])

# %% [markdown]
# The areas above are means over genres ("macro"). The paper does not say whether its own are;
# Keras, which it uses, pools all genres ("micro"). Here are both, on train and on test, with rows
# at random as in the paper.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def scores_of(name):
    """Return accuracy and areas of a model on train and test, means over the holdouts, from the
    trainings of this run."""
    found = {}
    for part in ("train", "test"):
        each = []
        table = rows["pictures" if name == "cnn_mel_30s" else "30s" if "30s" in name else "3s"]
        for fit in fits[f"cortis.t1.{name}", "mc"]:
            places = fit.split.rows(part)
            right, said = (
                np.eye(len(genres))[labels_of(table)[places]],
                fit.probabilities[places].astype(float),
            )
            row = {"accuracy": accuracy_of(fit, table, part)}
            for kind in ("macro", "micro"):
                row[f"AUROC {kind}"], row[f"AUPRC {kind}"] = (
                    f(right, said, average=kind)
                    for f in (metrics.roc_auc_score, metrics.average_precision_score)
                )
            each.append(row)
        found |= {f"{score} {part}": value for score, value in pd.DataFrame(each).mean().items()}
    return found


table1 = pd.DataFrame(
    {name: scores_of(name) for name in MODELS if (f"cortis.t1.{name}", "mc") in fits}
).T.rename_axis("model")
kept_table = None if is_reference else reference_run("04_table1")
tables = {"reference run (GTZAN)": kept_table, f"your run ({music.name}, {profile})": table1}
pd.concat(
    {name: t.rename(index=MODELS) for name, t in tables.items() if t is not None},
    names=["run", "model"],
).round(3)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
drawn = table1 if kept_table is None else kept_table
fig, ax = plt.subplots(figsize=(10, 1.6 + 0.35 * len(drawn)), layout="constrained")
ax.hlines(
    range(len(drawn)), drawn["accuracy test"], drawn["accuracy train"], color="#9a9aa5", zorder=1
)
ax.scatter(drawn["accuracy test"], range(len(drawn)), color="#1f5fa8", zorder=2, label="test")
ax.scatter(
    drawn["accuracy train"], range(len(drawn)), color="#b5651d", marker="s", zorder=2, label="train"
)
ax.set_yticks(range(len(drawn)), [MODELS[name] for name in drawn.index])
ax.set_ylim(len(drawn) - 0.5, -0.5)
gap = drawn["accuracy train"] - drawn["accuracy test"]
ax.set(xlabel="accuracy, rows at random", xlim=(0, 1.02), title="The gap between train and test "
                                                                "is widest for "
                                                                f"{MODELS[gap.idxmax()]}: "
                                                                f"{gap.max():.2f}")
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
alt = "Accuracy on test and train, rows at random: " + "; ".join(
    f"{MODELS[name]} {row['accuracy test']:.3f} and "
    f"{row['accuracy train']:.3f}" for name, row in drawn.iterrows())
save_figure(fig, "04_table1", alt=alt, data=drawn.round(4))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
accuracies = {
    name: {protocol: book.row(f"cortis.t1.{name}.acc@{protocol}") for protocol in PROTOCOLS}
    for name in MODELS
}
full = {name: found for name, found in accuracies.items() if all(found.values())}
printed = {name: find_claim(f"cortis.t1.{name}.acc").paper_value for name in MODELS}
lines = [
    (name, printed[name], *(found["mc"][key] for key in ("value", "ci_low", "ci_high")))
    for name, found in full.items()
]
data = pd.DataFrame(lines, columns=["model", "paper", "ours", "low", "high"]).set_index("model")
fig, ax = plt.subplots(figsize=(10, 5), layout="constrained")
ax.barh(range(len(data)), data.ours, color="#9fc1e0", label="ours, reference run on GTZAN")
ax.errorbar(
    data.ours,
    range(len(data)),
    xerr=[data.ours - data.low, data.high - data.ours],
    fmt="none",
    color="#33414e",
    label="95 % interval over artists",
)
ax.plot(data.paper, range(len(data)), "D", color="#b5651d", label="Table I")
ax.set_yticks(range(len(data)), [MODELS[name] for name in data.index])
ax.invert_yaxis()
near = int(data.paper.between(data.low, data.high).sum())
ax.set(
    xlabel="accuracy on test rows, rows at random",
    xlim=(0, 1),
    title=f"Fig 3: the paper's number lies in our interval for {near} of {len(data)} models",
)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
alt = "Accuracy of the models with rows at random, ours beside the paper's: " + "; ".join(
    f"{MODELS[name]} {row.ours:.3f} (paper {row.paper:.3f})" for name, row in data.iterrows())
save_figure(fig, "04_fig3", alt=alt, data=data.round(4))

# %% [markdown]
# And now the picture that this notebook is about. Every line is one of the eleven models; only the
# split changes from left to right (and with the last step also which tracks take part). Vertical
# lines are 95 % intervals over artists. Blue are perceptrons, orange convolutional networks, violet
# both; circles 3 s, squares 30 s; dashed without MFCCs.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
lines = [
    (name, *(found[protocol]["value"] for protocol in PROTOCOLS)) for name, found in full.items()
]
falls = pd.DataFrame(lines, columns=["model", *PROTOCOLS]).set_index("model")
fig, ax = plt.subplots(figsize=(10, 6), layout="constrained")
places = np.linspace(falls.ff.min(), falls.ff.max() + 0.05, len(falls)) if len(falls) else []
for place, (name, row) in zip(places, falls.sort_values("ff").iterrows()):
    style = {
        "color": "#b5651d" if "cnn" in name else "#6a3d9a" if name == "mmnn" else "#1f5fa8",
        "marker": "s" if "30s" in name else "o",
    }
    shift = 0.02 * (list(MODELS).index(name) - 5)
    ax.plot(
        np.arange(3) + shift,
        row[list(PROTOCOLS)],
        linestyle="--" if "no_mfcc" in name else "-",
        **style,
    )
    ends = [(full[name][p]["ci_low"], full[name][p]["ci_high"]) for p in PROTOCOLS]
    ax.vlines(np.arange(3) + shift, *zip(*ends), color=style["color"], alpha=0.35)
    ax.plot([2 + shift, 2.28], [row.ff, place], color="#c3c3cc", linewidth=1, zorder=0)
    ax.text(2.3, place, MODELS[name], va="center", fontsize=11, color=style["color"])
ax.set_xticks(range(3), PROTOCOLS.values())
ax.set(xlim=(-0.2, 3.2), ylabel="accuracy on test rows", xlabel="how train and test are parted")
lost = falls.mc - falls.ff
ax.set_title(f"From the paper's split to the artist-filtered one, models lose {lost.min():.2f} to "
             f"{lost.max():.2f}" if len(falls) else "No reference run")
alt = "Accuracy of the models under three splits: " + "; ".join(
    f"{MODELS[name]} {row.mc:.3f}, {row.grp:.3f}, {row.ff:.3f}" for name, row in falls.iterrows())
save_figure(fig, "04_fall", alt=alt, data=falls.round(4))

# %% [markdown]
# Segments are scored one by one, as in the paper. If the slices of a track vote, what changes is
# told beside each row of `claims.json`; a track's vote cannot be compared with the paper's numbers.
#
# ## What stands of the paper's conclusions?
#
# Numbers are now differences of accuracy with 95 % intervals over artists: what the first named has
# more than the second. An interval that holds zero leaves the sign open. First: what are MFCCs
# worth?

# %%
ledger.table([f"cortis.no_mfcc.{length}" for length in ("30s", "3s")] + ["cortis.mfcc_best"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if row := book.row("cortis.mfcc_best@ag"):
    said = "; ".join(f"{p['name']} {p['value']:+.3f} [{p['ci_low']:+.3f}, "
                     f"{p['ci_high']:+.3f}]" for p in row["parts"])
    finding(
        row["verdict"] == "reproduced",
        "On GTZAN with artists apart, MFCCs beat the other features, also at equal number "
        f"({said}).",
        f"On GTZAN with artists apart, it is not shown that MFCCs are the best features ({said}; "
        f"the verdict: {row['verdict']}).",
    )

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def told_of(row):
    """Return the differences of a row in words."""
    parts = row.get("parts") or [
        {"name": "difference"} | {key: row[key] for key in ("value", "ci_low", "ci_high")}
    ]
    return "; ".join(f"{p['name']} {p['value']:+.3f} [{p['ci_low']:+.3f}, "
                     f"{p['ci_high']:+.3f}]" for p in parts)


if row := book.row("cortis.window.fixed@grp"):
    finding(
        row["ci_low"] > 0,
        "On GTZAN with tracks kept together, 3-second slices still beat whole tracks "
        f"({told_of(row)}).",
        "On GTZAN with tracks kept together, it is not shown that 3-second slices beat whole "
        f"tracks ({told_of(row)}).",
    )

# %%
ledger.table(
    [
        "cortis.window.tuned",
        "cortis.window.no_mfcc",
        "cortis.window.cnn_mel",
        "cortis.tuned.30s",
        "cortis.tuned.3s",
    ]
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if all(both := [book.row(f"cortis.cnn.mfcc_gt_mel@{protocol}") for protocol in ("mc", "grp")]):
    word = (
        "the *worse* input"
        if all(row["ci_high"] < 0 for row in both)
        else "not shown to be the better input"
    )
    said = (
        f"MFCC minus mel, {told_of(both[0])} with rows at random, {told_of(both[1])} with tracks "
        "kept together"
    )
    finding(
        all(row["ci_low"] > 0 for row in both),
        f"On GTZAN, MFCCs with CMVN are the better input of a CNN: {said}.",
        f"On GTZAN, MFCCs with CMVN are {word} of our CNN: {said}. (For MFCCs only one learning "
        "rate was tried.)",
    )

# %%
ledger.table(
    [
        "cortis.cnn.mfcc_gt_mel",
        "cortis.cnn.mel_gt_stft",
        "cortis.cnn.picture_worst",
        "cortis.cnn.picture_quality",
    ]
)

# %%
ledger.table(["cortis.summary_gt_sequence", "cortis.mmnn.no_gain", "cortis.mmnn.overfits"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if all(both := [book.row(f"cortis.mmnn.no_gain@{protocol}") for protocol in ("mc", "grp")]):
    said = " and ".join(f"{row['value']:+.3f} [{row['ci_low']:+.3f}, {row['ci_high']:+.3f}] "
                        f"({row['protocol']})" for row in both)
    verdicts = f"(verdicts: {both[0]['verdict']}; {both[1]['verdict']})"
    finding(
        all(row["verdict"] == "reproduced" for row in both),
        f"On GTZAN, multimodal minus perceptron: {said}. Under both splits a gain as large as the "
        f"claim's margin is excluded {verdicts}.",
        f"On GTZAN, multimodal minus perceptron: {said}. It is not shown under both splits that "
        f"the multimodal network brings nothing {verdicts}.",
    )

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if row := book.row("cortis.summary_gt_sequence@grp"):
    finding(
        row["verdict"] == "reproduced",
        "On GTZAN with tracks kept together, means and variances beat the sequence of MFCCs, also "
        f"from the same 40 columns ({told_of(row)}).",
        "On GTZAN with tracks kept together, means and variances beside the sequence of MFCCs: "
        f"{told_of(row)}. The verdict: {row['verdict']}.",
    )

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if row := book.row("cortis.cmvn@grp"):
    clean, noise = row["parts"]
    finding(
        clean["ci_low"] > 0,
        f"CMVN helps the CNN on GTZAN ({told_of(row)}).",
        f"CMVN is not shown to help the CNN on clean slices of GTZAN ({told_of(row)}): over three "
        "seconds it takes away the mean of each coefficient, and "
        "with it the colour of the sound.",
    )

# %%
ledger.table(["cortis.scaling", "cortis.cmvn", "cortis.wish.rnn_cnn"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
# for maps: what the last hidden layer says of a track, mean over its slices, from the published
# split
if is_reference:
    artists = music.tracks.group.where(music.tracks.artist.notna())
    for name in ("fixed_mlp_3s", "cnn_mel_3s", "cnn_mfcc_3s", "mmnn"):
        fit = fits[f"cortis.t1.{name}", "ff"][0]
        used = fit.split.part != holdouts.UNUSED
        codes = (
            pd.DataFrame(fit.codes[used].astype(np.float32))
            .groupby(rows["3s"].track[used].to_numpy())
            .mean()
        )
        about = pd.DataFrame(
            {"track": codes.index, "truth": music.tracks.genre[codes.index].to_numpy()}
        )
        told = {
            "recipe": fit.recipe._asdict(),
            "split": "ff",
            "seed": fit.split.seed,
            "supervised": "train tracks were learned with labels",
        }
        packed = predictions.Measures.from_table(
            about, artists, genres, vectors=codes.to_numpy(), about=told
        )
        predictions.save_record(packed, figures_folder() / "codes" / f"04_{name}.npz")

# %% [markdown]
# ## What we have seen
#
# - A slice in the test whose sisters were in the train part is a question whose answer was handed
#   out. Validation rows dealt the same way cannot warn of it.
# - The order of models under one split need not be their order under another, and conclusions drawn
#   from the order need not survive.
# - What is called "more data" can be looked at piece by piece: a shorter window, more rows, a leak.
#
# ## What to distrust
#
# - The paper's code is not public. Widths, filters, rates, patience and the number of trials are
#   ours. The rows of the ledger say what was run.
# - Where the sound is a 32 kb/s copy (the record says `mp3-32k`), the 3-second features come from
#   that copy; the 30-second table is the published one.
# - Fewer holdouts were run than in the paper, but for the fixed perceptrons; CNNs see pictures
#   averaged to fewer rows and frames. `claims.json` says how many.
# - CNNs differ from each other in filters, rate and patience, not only in what they are shown. None
#   of it was chosen with test rows.
# - Under `ff` and `ag` each search for settings is made once; the spread over seeds is that of the
#   last training alone.
# - On GTZAN `ff` has one test part with three blues artists and four composers. Its intervals are
#   wide, and they should be.
# - Ten slices of a track are not ten tracks: intervals are over artists, and the number of rows
#   does not make them narrow.

# %% [markdown]
# ## Exercises
#
# In JupyterLab (`make lab`): run the cells above (*Run → Run All Above Selected Cell*), then write
# your answers over the dots.
#
# ### 04.1 Recall: which slices leak?
#
# `track` names the track of each row, `part` says where a holdout put it. Which share of the test
# rows has a row of the same track in train?

# %% tags=["stub"]
def leaking_share(track, part):
    """Return the share of the test rows whose track has a train row; both arguments are (n_rows,)
    arrays."""
    ...  # your code here

# %% tags=["check"]
check("04.1", leaking_share)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>np.isin(track[part == "test"], ...)</code> says of each test
# row whether its track is among others.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def leaking_share(track, part):
    """Return the share of the test rows whose track has a train row; both arguments are (n_rows,)
    arrays."""
    return np.isin(track[part == "test"], track[part == "train"]).mean()

# %% [markdown]
# ### 04.2 Apply: keep slices together
#
# Deal rows out so that no track is on both sides: about a fifth of the *tracks* to the test, by
# chance from `rng`, the rest to train.

# %% tags=["stub"]
def keep_together(track, rng):
    """Return "train" or "test" for each row, as an (n_rows,) array; `track` names the track of each
    row."""
    ...  # your code here

# %% tags=["check"]
check("04.2", keep_together)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Draw among <code>np.unique(track)</code> first, with
# <code>rng.choice(..., replace=False)</code>; then ask of each row whether its track was
# drawn.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def keep_together(track, rng):
    """Return "train" or "test" for each row, as an (n_rows,) array; `track` names the track of each
    row."""
    tracks = np.unique(track)
    drawn = rng.choice(tracks, round(len(tracks) / 5), replace=False)
    return np.where(np.isin(track, drawn), "test", "train")

# %% [markdown]
# ### 04.3 Apply: stop in time
#
# Write early stopping: given the validation losses of all epochs that *could* be run, return the
# number of the epoch (from 0) whose weights are kept, if training ends after `patience` epochs
# without a lower loss.

# %% tags=["stub"]
def kept_epoch(losses, patience):
    """Return the epoch whose weights early stopping keeps."""
    ...  # your code here

# %% tags=["check"]
check("04.3", kept_epoch)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Go through the losses and remember the best epoch so far. What
# must be true for you to leave the loop?</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def kept_epoch(losses, patience):
    """Return the epoch whose weights early stopping keeps."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best

# %% [markdown]
# ### 04.4 Open: a perceptron of your own
#
# Find hidden layers and dropouts for the 30-second table that do as well as ours, within one
# standard error, on the *validation* tracks of the published split: pairs of units and dropout,
# first layer first, such as `[(64, 0.3), (32, 0.3)]`. The check trains yours and ours, with one
# seed. It does not look at the test tracks, and neither should you.

# %% tags=["stub"]
my_layers = ...  # your answer here

# %% tags=["check"]
check("04.4", my_layers, WHOLE, dealt["30s"]["ff"][0], MLP_30)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>With some hundred tracks a wide layer with much dropout often does
# better than many narrow ones. Try two layers.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
my_layers = [(256, 0.5), (128, 0.3)]

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("04")

# %% [markdown]
# ## References
#
# - P. Cortis, "Music genre classification with deep neural networks", Audio Pattern Recognition
#   project, University of Milan.
# - B. L. Sturm, "An analysis of the GTZAN music genre dataset", 2012: its faults, and what artists
#   do to results.
# - C. Kereliuk, B. L. Sturm and J. Larsen, "Deep learning and music adversaries", 2015: the
#   fault-filtered split.
# - T. Dozat, "Incorporating Nesterov momentum into Adam", 2016: Nadam.
# - J. Bergstra and others, "Algorithms for hyper-parameter optimization", 2011: the estimator
#   behind the tuning.
# - C. Nadeau and Y. Bengio, "Inference for the generalization error", 2003: why ten holdouts are
#   not ten experiments.
