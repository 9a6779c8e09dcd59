"""
The model of the recipe pronunciation in plain PyTorch: training steps on given batches, and greedy search. Arguments: threads,
seed, and a file. The file's first line has the sizes, and the other lines are batches of letters and phonemes as ids.
"""

import json
import math
import sys
import time

import torch
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from pytorch_report import report

PADDING, START, END = 0, 1, 2
MOST_PHONEMES = 100


class Pronouncer(torch.nn.Module):
    """Bidirectional LSTM, LSTM with Luong's 'general' attention, and a linear layer with tanh between their states."""

    def __init__(self, w):
        super().__init__()
        embedding_dim, hidden_size = w["embeddingDim"], w["hiddenSize"]
        decoder_size = 2 * hidden_size
        self.letters = torch.nn.Embedding(w["letters"], embedding_dim, padding_idx=PADDING)
        self.phonemes = torch.nn.Embedding(w["phonemes"], embedding_dim, padding_idx=PADDING)
        self.encoder = torch.nn.LSTM(
            embedding_dim, hidden_size, w["numLayers"], batch_first=True, bidirectional=True
        )
        self.decoder = torch.nn.LSTM(embedding_dim, decoder_size, batch_first=True)
        self.bridge = torch.nn.Linear(2 * decoder_size, 2 * decoder_size)
        self.keys = torch.nn.Linear(decoder_size, decoder_size, bias=False)
        self.combine = torch.nn.Linear(2 * decoder_size, decoder_size, bias=False)
        self.output = torch.nn.Linear(decoder_size, w["phonemes"])

    def encode(self, letters, lengths):
        embedded = self.letters(letters)
        if lengths.min() == letters.shape[1]:
            values, states = self.encoder(embedded)
        else:
            packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
            output, states = self.encoder(packed)
            values, _ = pad_packed_sequence(output, batch_first=True)
        # Both directions' hidden states of the last layer, then their cell states.
        last = torch.cat([direction for state in states for direction in state[-2:]], 1)
        begin = torch.tanh(self.bridge(last)).unsqueeze(0).chunk(2, 2)
        past = torch.arange(values.shape[1]) >= lengths.unsqueeze(1)  # [N, S]
        return values, self.keys(values), past, tuple(state.contiguous() for state in begin)

    def decode(self, phonemes, values, keys, past, states):
        queries, states = self.decoder(self.phonemes(phonemes), states)
        scores = torch.bmm(queries, keys.transpose(1, 2)).masked_fill(past.unsqueeze(1), -math.inf)
        context = torch.bmm(torch.softmax(scores, 2), values)
        return self.output(torch.tanh(self.combine(torch.cat([context, queries], 2)))), states

    def forward(self, letters, lengths, phonemes):
        values, keys, past, states = self.encode(letters, lengths)
        return self.decode(phonemes, values, keys, past, states)[0]


def padded(sequences):
    longest = max(map(len, sequences))
    return torch.tensor([sequence + [PADDING] * (longest - len(sequence)) for sequence in sequences])


def lengths_of(sequences):
    return torch.tensor([len(sequence) for sequence in sequences])


class Training:
    def __init__(self, model, batches, lr):
        self.model, self.batches, self.lr = model, batches, lr
        self.optimizer = torch.optim.Adam(model.parameters(), lr)
        self.done = 0

    def step(self):
        """Makes one update on the next batch and reads its loss. Returns the batch's number of words."""
        batch = self.batches[self.done % len(self.batches)]
        self.done += 1
        letters, phonemes = padded(batch["letters"]), padded(batch["phonemes"])
        self.optimizer.zero_grad(set_to_none=True)
        scores = self.model(letters, lengths_of(batch["letters"]), phonemes[:, :-1])
        loss = functional.cross_entropy(
            scores.flatten(0, 1), phonemes[:, 1:].flatten(), ignore_index=PADDING
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5)
        self.optimizer.step()
        loss.item()
        return len(batch["letters"])

    def measured(self, steps):
        milliseconds, words = [], 0
        for _ in range(steps):
            start = time.perf_counter()
            words += self.step()
            milliseconds.append((time.perf_counter() - start) * 1e3)
        return {"milliseconds": milliseconds, "words": words}

    def timed(self, seconds):
        """Trains for some time. The learning rate falls by a cosine of the time."""
        words, spent = 0, 0.0
        while spent < seconds:
            for group in self.optimizer.param_groups:
                group["lr"] = self.lr * (1 + math.cos(math.pi * spent / seconds)) / 2
            start = time.perf_counter()
            words += self.step()
            spent += time.perf_counter() - start
        return {"steps": self.done, "words": words}


@torch.no_grad()
def greedy(model, words):
    """Finds each word's most probable phonemes, one after another."""
    said = [None] * len(words)
    order = sorted(range(len(words)), key=lambda place: len(words[place]))
    for first in range(0, len(order), 250):
        places = order[first : first + 250]
        letters = [words[place] for place in places]
        values, keys, past, states = model.encode(padded(letters), lengths_of(letters))
        tokens, steps = torch.full((len(places), 1), START), []
        for _ in range(MOST_PHONEMES):
            scores, states = model.decode(tokens, values, keys, past, states)
            scores[:, :, [PADDING, START]] = -math.inf
            tokens = scores.argmax(2)
            steps.append(tokens)
            if all((torch.cat(steps, 1) == END).any(1)):
                break
        for place, row in zip(places, torch.cat(steps, 1).tolist()):
            said[place] = row[: row.index(END)] if END in row else row
    return said


threads, seed, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
torch.manual_seed(seed)
with open(file) as lines:
    sizes = json.loads(next(lines))
    batches = [json.loads(line) for line in lines]
model = Pronouncer(sizes)
training = Training(model, batches, sizes["lr"])
for line in sys.stdin:
    request = json.loads(line)
    if "steps" in request:
        reply = training.measured(request["steps"])
    elif "seconds" in request:
        reply = training.timed(request["seconds"])
    elif "say" in request:
        model.eval()
        reply = {"said": greedy(model, request["say"])}
    else:
        parameters = sum(parameter.numel() for parameter in model.parameters())
        reply = {"parameters": parameters, "pytorch": report()}
    print(json.dumps(reply), flush=True)
