"""PyTorch's environment: the loaded BLAS, how it shares work among threads, and the processor for which it computes."""

import ctypes
import os
import re

import torch

# The values of openblas_get_parallel.
OPENBLAS_THREADING = ("serial", "pthread", "openmp")


def loaded_libraries():
    with open("/proc/self/maps") as maps:
        paths = {line.split(maxsplit=5)[5].strip() for line in maps if "/" in line}
    return sorted(path for path in paths if ".so" in os.path.basename(path))


def openblas(path):
    """OpenBLAS's own description; None for another library."""
    library = ctypes.CDLL(path)
    try:
        library.openblas_get_corename.restype = ctypes.c_char_p
        library.openblas_get_config.restype = ctypes.c_char_p
        return {
            "blas": " ".join(library.openblas_get_config().decode().split()[:2]),
            "threading": OPENBLAS_THREADING[library.openblas_get_parallel()],
            "coreType": library.openblas_get_corename().decode(),
        }
    except AttributeError:
        return None


def blas():
    if "Intel(R) Math Kernel Library" in torch.__config__.show():
        return {"blas": "MKL", "threading": "openmp", "coreType": None}
    # Prefer the library that is named OpenBLAS to one that was linked with it.
    candidates = [path for path in loaded_libraries() if "blas" in os.path.basename(path).lower()]
    for path in sorted(candidates, key=lambda path: "openblas" not in os.path.basename(path)):
        found = openblas(path)
        if found:
            return found
    return {"blas": ", ".join(candidates) or "unknown", "threading": "unknown", "coreType": None}


def processor_flags():
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            line = next((line for line in cpuinfo if line.startswith("flags")), "")
    except OSError:
        line = ""
    return [flag for flag in line.split() if re.fullmatch(r"sse4_2|avx|avx2|avx512f", flag)]


def report():
    parallel = torch.__config__.parallel_info()
    capability = re.search(r"CPU capability usage: (.*)", torch.__config__.show())
    return {
        "version": torch.__version__,
        "threads": torch.get_num_threads(),
        "parallelBackend": re.search(r"ATen parallel backend: (.*)", parallel).group(1).strip(),
        "capability": capability.group(1).strip() if capability else "unknown",
        "processorFlags": processor_flags(),
        **blas(),
    }
