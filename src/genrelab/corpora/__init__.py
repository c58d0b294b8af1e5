"""Where music comes from: GTZAN in its layouts, any folder of genre folders, and the synthetic
corpus."""

from genrelab.corpora.audio import SAMPLE_RATE, AudioError, read_audio
from genrelab.corpora.corpus import Corpus, CorpusError, CorpusLacks
from genrelab.corpora.integrity import integrity, split_table
from genrelab.corpora.loading import corpus_address, load_corpus
from genrelab.corpora.splits import linked_artists, split_by_group

__all__ = [
    "SAMPLE_RATE",
    "AudioError",
    "Corpus",
    "CorpusError",
    "CorpusLacks",
    "corpus_address",
    "integrity",
    "linked_artists",
    "load_corpus",
    "read_audio",
    "split_by_group",
    "split_table",
]
