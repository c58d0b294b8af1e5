"""From waveform to numbers."""

from genrelab.features.pictures import mel_picture, mel_pictures
from genrelab.features.spectra import log_mel, mfcc, mfcc_statistics
from genrelab.features.table import track_table

__all__ = ["log_mel", "mel_picture", "mel_pictures", "mfcc", "mfcc_statistics", "track_table"]
