"""Writes fixtures/torchaudio.json: torchaudio's results for a sound that the test also computes.

The numbers are computed in double precision. In single precision torchaudio itself is off by a relative error of up to 3e-5: in the
logarithm of nearly silent frames, and in resampling by ratios of large numbers.

python3 packages/data/python/write_audio_fixtures.py   (Debian: python3-torchaudio)
"""

import json
import math
import pathlib

import torch
import torchaudio

SAMPLE_RATE = 8000


def chirp(length):
    """A rising tone, a steady tone, and silence at the end, computed in double precision."""
    samples = []
    for n in range(length):
        t = n / SAMPLE_RATE
        loud = 0.0 if n > 0.8 * length else 1.0
        samples.append(loud * (0.5 * math.sin(2 * math.pi * (200 + 3000 * t) * t) + 0.25 * math.sin(2 * math.pi * 440 * t)))
    return torch.tensor(samples, dtype=torch.float64).to(torch.float32).double()


def mel(length, options):
    transform = torchaudio.transforms.MelSpectrogram(SAMPLE_RATE, **options)
    return transform.double()(chirp(length)).T.contiguous()


def rounded(values):
    return [float(f"{value:.7g}") for value in values.flatten().tolist()]


MELS = [
    {"n_fft": 200, "hop_length": 80, "n_mels": 23},
    {"n_fft": 256, "win_length": 200, "hop_length": 100, "n_mels": 20, "f_min": 60.0, "f_max": 3800.0, "mel_scale": "slaney", "norm": "slaney"},
    {"n_fft": 255, "n_mels": 16, "center": False},
    {},
]
RESAMPLES = [(8000, 16000), (8000, 11025), (44100, 8000), (8000, 3000)]

fixtures = {"torchaudio": torchaudio.__version__.split("+")[0], "length": 1600, "mels": [], "resamples": []}
for options in MELS:
    power = mel(1600, options)
    fixtures["mels"].append(
        {
            "options": options,
            "shape": list(power.shape),
            "power": rounded(power),
            "log": rounded(torch.log(power + 1e-6)),
            "decibels": rounded(torchaudio.transforms.AmplitudeToDB("power", top_db=60)(power)),
        }
    )
for source, target in RESAMPLES:
    for options in [{}, {"lowpass_filter_width": 16, "rolloff": 0.85}]:
        samples = torchaudio.functional.resample(chirp(400), source, target, **options)
        fixtures["resamples"].append({"from": source, "to": target, "options": options, "samples": rounded(samples)})

path = pathlib.Path(__file__).parent.parent / "fixtures" / "torchaudio.json"
path.write_text(json.dumps(fixtures) + "\n")
