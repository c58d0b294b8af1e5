"""From waveform to numbers."""

from genrelab.features.normalisation import cmvn
from genrelab.features.pictures import mel_pictures
from genrelab.features.published import published_features
from genrelab.features.spectra import log_mel, mfcc, mfcc_statistics
from genrelab.features.summary import feature_table, summary_features
from genrelab.features.table import track_table

__all__ = ["cmvn", "feature_table", "log_mel", "mel_pictures", "mfcc",
           "mfcc_statistics", "published_features", "summary_features", "track_table"]
