"""The PyTorch peer, which uses torch.nn's own modules and the same protocol as the others. Argument: number of threads."""

import itertools
import json
import sys
import time

import torch

import pytorch_cells
import pytorch_characters
import pytorch_seq2seq
from lehmer import lehmer
from pytorch_report import report
from training_update import update

workloads = json.loads(sys.argv[2])
torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


def token_batches(w, count):
    """The batches of training-data.ts, repeated without end."""
    draw = lehmer()
    batches = []
    for _ in range(count):
        sequences = [[draw(w["vocabulary"]) for _ in range(8 + draw(33))] for _ in range(w["rows"])]
        batches.append((sequences, [sequence[0] % w["classes"] for sequence in sequences]))
    return itertools.cycle(batches)


class Classifier(torch.nn.Module):
    def __init__(self, w):
        super().__init__()
        self.embedding = torch.nn.Embedding(w["vocabulary"], w["embeddingDim"])
        self.lstm = torch.nn.LSTM(w["embeddingDim"], w["hiddenSize"], w["numLayers"], bidirectional=True)
        self.linear = torch.nn.Linear(2 * w["hiddenSize"], w["classes"])

    def forward(self, tokens, lengths):
        packed = torch.nn.utils.rnn.pack_padded_sequence(self.embedding(tokens), lengths, enforce_sorted=False)
        _, (h_n, _) = self.lstm(packed)
        return self.linear(torch.cat([h_n[-2], h_n[-1]], 1))


def training_steps(w):
    model = Classifier(w)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    batches = token_batches(w, 64)

    def step():
        sequences, labels = next(batches)
        tokens = torch.nn.utils.rnn.pad_sequence([torch.tensor(sequence) for sequence in sequences])
        optimizer.zero_grad(set_to_none=True)
        scores = model(tokens, torch.tensor([len(sequence) for sequence in sequences]))
        loss = torch.nn.functional.cross_entropy(scores, torch.tensor(labels))
        return update(model, optimizer, loss)

    return {"step": step}


def prepare(w):
    if w["kind"] == "training":
        return training_steps(w)
    if w["kind"] == "characters":
        return pytorch_characters.training_steps(w)
    if w["kind"] == "seq2seq training":
        return pytorch_seq2seq.training(w)
    if w["kind"] == "beam search":
        return pytorch_seq2seq.beam_search(w)
    if w["kind"] == "gemm":
        a, b = torch.randn(w["m"], w["k"]), torch.randn(w["k"], w["n"])
        return {"forward": lambda: torch.matmul(a, b)}
    if w["kind"] == "cell":
        model = pytorch_cells.layer(w)
    else:
        layer = torch.nn.RNN if w["cell"] == "rnn" else torch.nn.LSTM
        model = layer(w["inputSize"], w["hiddenSize"], w["numLayers"], bidirectional=w["bidirectional"])
    x = torch.randn(w["steps"], w["rows"], w["inputSize"], requires_grad=True)

    def forward():
        with torch.no_grad():
            model(x)

    def both():
        model.zero_grad(set_to_none=True)
        x.grad = None
        model(x)[0].sum().backward()

    return {"forward": forward, "forward+backward": both}


def measured(passes, request):
    times = []
    for _ in range(request["runs"]):
        start = time.perf_counter()
        passes[request["pass"]]()
        times.append((time.perf_counter() - start) * 1e3)
    return {"milliseconds": times}


def refusal(w):
    """The reason why it cannot do a workload; None when it can."""
    if w["kind"] in ("program", "layers"):
        return "the program is for backends of TensorFlow.js"
    if w["kind"] == "characters" and w["isCompiled"]:
        return "this version has no compile"
    return None


current, passes = None, None
for line in sys.stdin:
    request = json.loads(line)
    workload = next((w for w in workloads if w["id"] == request.get("case")), None)
    if workload is None:
        reply = {"pytorch": report()}
    elif refusal(workload):
        reply = {"unsupported": refusal(workload)}
    else:
        if current != workload["id"]:
            current, passes = workload["id"], prepare(workload)
        reply = measured(passes, request)
    print(json.dumps(reply), flush=True)
