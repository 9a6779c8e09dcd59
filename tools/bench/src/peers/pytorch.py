"""The PyTorch peer: the same protocol as the others, torch.nn's own modules. Argument: number of threads."""

import json
import sys
import time

import torch

workloads = json.loads(sys.argv[2])
torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


def prepare(w):
    if w["kind"] == "gemm":
        a, b = torch.randn(w["m"], w["k"]), torch.randn(w["k"], w["n"])
        return {"forward": lambda: torch.matmul(a, b)}
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


current, passes = None, None
for line in sys.stdin:
    request = json.loads(line)
    if "describe" in request:
        reply = {"description": f"PyTorch {torch.__version__}, {torch.get_num_threads()} thread(s)"}
    else:
        if current != request["case"]:
            current = request["case"]
            passes = prepare(next(w for w in workloads if w["id"] == current))
        times = []
        for _ in range(request["runs"]):
            start = time.perf_counter()
            passes[request["pass"]]()
            times.append((time.perf_counter() - start) * 1e3)
        reply = {"milliseconds": times}
    print(json.dumps(reply), flush=True)
