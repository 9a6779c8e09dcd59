"""An attention encoder-decoder in plain PyTorch: training steps, and beam search of a batch of sentences."""

import torch
from torch.nn import functional

BEGIN, END = 1, 2


class AttentionSeq2Seq(torch.nn.Module):
    """GRU encoder and decoder with Luong's 'general' attention (Luong et al. 2015, equations 5 to 8), no input feeding."""

    def __init__(self, w):
        super().__init__()
        vocabulary, embedding_dim, hidden_size = w["vocabulary"], w["embeddingDim"], w["hiddenSize"]
        self.source_embedding = torch.nn.Embedding(vocabulary, embedding_dim)
        self.target_embedding = torch.nn.Embedding(vocabulary, embedding_dim)
        self.encoder = torch.nn.GRU(embedding_dim, hidden_size, batch_first=True)
        self.decoder = torch.nn.GRU(embedding_dim, hidden_size, batch_first=True)
        self.keys = torch.nn.Linear(hidden_size, hidden_size, bias=False)
        self.combine = torch.nn.Linear(2 * hidden_size, hidden_size, bias=False)
        self.output = torch.nn.Linear(hidden_size, vocabulary)

    def encode(self, source):
        """Encodes tokens [N, S]: values and keys [N, S, H], and the decoder's first state [1, N, H]."""
        values, state = self.encoder(self.source_embedding(source))
        return values, self.keys(values), state

    def attend(self, queries, values, keys):
        """Attentional vectors [N, Q, H] of queries [N, Q, H]; a sentence's queries share its memory."""
        scores = torch.bmm(queries, keys.transpose(1, 2))  # [N, Q, S]
        context = torch.bmm(torch.softmax(scores, 2), values)
        return torch.tanh(self.combine(torch.cat([queries, context], 2)))

    def forward(self, source, target):
        values, keys, state = self.encode(source)
        queries, _ = self.decoder(self.target_embedding(target), state)
        return self.attend(queries, values, keys)


def training(w):
    """Forward, loss and backward. Without the output projection the loss is the mean square of the attentional vectors."""
    model = AttentionSeq2Seq(w)
    source = torch.randint(3, w["vocabulary"], (w["rows"], w["sourceSteps"]))
    target = torch.randint(3, w["vocabulary"], (w["rows"], w["targetSteps"] + 1))
    given, expected = target[:, :-1].contiguous(), target[:, 1:].flatten()

    def step():
        model.zero_grad(set_to_none=True)
        vectors = model(source, given)
        if w["projection"]:
            loss = functional.cross_entropy(model.output(vectors).flatten(0, 1), expected)
        else:
            loss = vectors.square().mean()
        loss.backward()
        return loss.item()

    return {"forward+backward": step}


def beam_search(w):
    """
    Beam search of all sentences at once, for exactly `targetSteps` steps: the end token is banned, so that nothing finishes. A
    sentence begins with one hypothesis. Its memory is not repeated for further hypotheses.
    """
    model = AttentionSeq2Seq(w).eval()
    sentences, beam, vocabulary = w["rows"], w["beam"], w["vocabulary"]
    source = torch.randint(3, vocabulary, (sentences, w["sourceSteps"]))
    sentence = torch.arange(sentences).unsqueeze(1)

    @torch.no_grad()
    def search():
        values, keys, state = model.encode(source)
        tokens = torch.full((sentences, 1), BEGIN)
        scores = torch.zeros(sentences, 1)
        steps = []
        for _ in range(w["targetSteps"]):
            width = tokens.shape[1]
            queries, state = model.decoder(model.target_embedding(tokens.view(-1, 1)), state)
            vectors = model.attend(queries.view(sentences, width, -1), values, keys)
            log_probs = functional.log_softmax(model.output(vectors), 2)
            log_probs[:, :, END] = -torch.inf
            totals = log_probs.add_(scores.unsqueeze(2)).view(sentences, width * vocabulary)
            scores, places = totals.topk(beam, 1)  # [sentences, beam]
            parents, tokens = torch.div(places, vocabulary, rounding_mode="floor"), places % vocabulary
            state = state.index_select(1, (parents + sentence * width).flatten())
            steps.append((parents, tokens))
        return best_hypotheses(steps)

    return {"forward": search}


def best_hypotheses(steps):
    """The tokens of each sentence's best hypothesis as lists, traced back from the end."""
    best = torch.zeros(steps[0][0].shape[0], 1, dtype=torch.int64)
    tokens = []
    for parents, chosen in reversed(steps):
        tokens.append(chosen.gather(1, best))
        best = parents.gather(1, best)
    return torch.cat(tokens[::-1], 1).tolist()
