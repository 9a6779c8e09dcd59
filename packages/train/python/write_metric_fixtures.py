"""Writes fixtures/metrics.json: the figures that sacreBLEU, jiwer, seqeval and scikit-learn give published and drawn examples.

Needs sacrebleu==2.6.0, jiwer==4.0.0, seqeval==1.2.2 and scikit-learn==1.9.1.

python3 packages/train/python/write_metric_fixtures.py
"""

import json
import math
import random
import warnings
from pathlib import Path

import jiwer
from published_examples import (
    PUBLISHED_BLEU,
    PUBLISHED_CHARACTERS,
    PUBLISHED_CHRF,
    PUBLISHED_SPANS,
    PUBLISHED_WORDS,
    SOURCES,
)
from sacrebleu.metrics import BLEU, CHRF
from seqeval import scheme as schemes
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as lenient_scores
from seqeval.metrics.v1 import precision_recall_fscore_support as strict_scores
from sklearn.metrics import precision_recall_fscore_support

warnings.simplefilter('ignore')
drawn = random.Random(0)

PREFIXES = {None: 'OBIES', 'IOB1': 'OBI', 'IOB2': 'OBI', 'IOE1': 'OIE', 'IOE2': 'OIE', 'IOBES': 'OBIES', 'BILOU': 'OBILU'}

WORDS = [
    *['the', 'a', 'cat', 'sat', 'on', 'U.S.', 'e-mail', '(hi)', "it's", '-5', '50-60', '1,000', '3.5', 'a.b', '.,', '$', '%5'],
    *['&quot;x&quot;', '&amp;lt;', '<skipped>', 'Zürich', '日本', '語。', '“q”', '€5', 'x²', 'ΣΑΣ', 'İ', '½', '…', '😀', 'A/B'],
    *['\u2028', '\ufeffz', '\x1cq', 'y\x85z', 'ab-\ncd'],
]


def sentence():
    return ' '.join(drawn.choice(WORDS) for _ in range(drawn.randint(0, 12)))


def translation(reference):
    """Returns the sentence with about a third of its words replaced."""
    return ' '.join(drawn.choice(WORDS) if drawn.random() < 0.3 else word for word in reference.split(' '))


def streams(references):
    """Groups references by their index, as sacreBLEU expects them."""
    return [list(column) for column in zip(*references)]


def bleu_case(hypotheses, references, options, published=None):
    metric = BLEU(
        tokenize=options.get('tokenize'),
        smooth_method=options.get('smoothMethod', 'exp'),
        smooth_value=options.get('smoothValue'),
        lowercase=options.get('lowercase', False),
        effective_order=options.get('effectiveOrder', False),
        max_ngram_order=options.get('maxNgramOrder', 4),
    )
    result = metric.corpus_score(hypotheses, streams(references))
    return {
        'hypotheses': hypotheses,
        'references': references,
        'options': options,
        'published': published,
        'expected': {
            'score': result.score,
            'precisions': result.precisions,
            'bp': result.bp,
            'sysLen': result.sys_len,
            'refLen': result.ref_len,
        },
        'signature': str(metric.get_signature()),
    }


def chrf_case(hypotheses, references, options, published=None):
    metric = CHRF(
        char_order=options.get('charOrder', 6),
        word_order=options.get('wordOrder', 0),
        beta=options.get('beta', 2),
        lowercase=options.get('lowercase', False),
        whitespace=options.get('whitespace', False),
        eps_smoothing=options.get('epsSmoothing', False),
    )
    lists = [[each] if isinstance(each, str) else each for each in references]
    result = metric.corpus_score(hypotheses, streams(lists))
    return {
        'hypotheses': hypotheses,
        'references': references,
        'options': options,
        'published': published,
        'score': result.score,
        'name': result.name,
        'signature': str(metric.get_signature()),
    }


def drawn_translations():
    count, references = drawn.randint(1, 3), drawn.randint(1, 3)
    texts = [[sentence() for _ in range(references)] for _ in range(count)]
    return [translation(drawn.choice(each)) for each in texts], texts


def drawn_bleu():
    smoothing = drawn.choice(['exp', 'floor', 'add-k', 'none'])
    return bleu_case(
        *drawn_translations(),
        {
            'tokenize': drawn.choice(['13a', 'intl', 'zh', 'char', 'none']),
            'smoothMethod': smoothing,
            **({'smoothValue': 0.5} if smoothing in ('floor', 'add-k') and drawn.random() < 0.5 else {}),
            'lowercase': drawn.random() < 0.3,
            'effectiveOrder': drawn.random() < 0.5,
        },
    )


def drawn_chrf():
    return chrf_case(
        *drawn_translations(),
        {
            'charOrder': drawn.choice([6, 3]),
            'wordOrder': drawn.choice([0, 2]),
            'beta': drawn.choice([1, 2, 3]),
            'lowercase': drawn.random() < 0.3,
            'whitespace': drawn.random() < 0.3,
            'epsSmoothing': drawn.random() < 0.3,
        },
    )


def words_case(hypotheses, references, *published):
    output = jiwer.process_words(references, hypotheses)
    return {
        'hypotheses': hypotheses,
        'references': references,
        'published': dict(zip(['rate', 'matchErrorRate', 'informationLost'], published)),
        'expected': {
            'rate': output.wer,
            'matchErrorRate': output.mer,
            'informationLost': output.wil,
            'informationPreserved': output.wip,
            **edits(output),
        },
    }


def characters_case(hypotheses, references, *published):
    output = jiwer.process_characters(references, hypotheses)
    return {
        'hypotheses': hypotheses,
        'references': references,
        'published': dict(zip(['rate'], published)),
        'expected': {'rate': output.cer, **edits(output)},
    }


def edits(output):
    return {name: getattr(output, name) for name in ['hits', 'substitutions', 'deletions', 'insertions']}


def drawn_utterances():
    letters = drawn.choice(['abc', 'abcdefgh'])
    draw = lambda: ' '.join(drawn.choice(letters) for _ in range(drawn.randint(0, 12)))
    return [draw(), draw()], [draw(), draw()]


AVERAGES = ['micro', 'macro', 'weighted']


def plain(number):
    return None if number is None or math.isnan(number) else float(number)


def by_average(scores_of):
    rows = {average: scores_of(average) for average in AVERAGES}
    return {name: dict(zip(['precision', 'recall', 'f1'], map(plain, rows[name][:3]))) for name in AVERAGES}


def spans_case(predictions, targets, scheme, published=None, suffix=False):
    def scores(average):
        if scheme is None:
            return lenient_scores(targets, predictions, average=average, zero_division=0, suffix=suffix)
        of = getattr(schemes, scheme)
        return strict_scores(targets, predictions, average=average, zero_division=0, scheme=of, suffix=suffix)

    options = {**({'scheme': scheme} if scheme else {}), **({'suffix': True} if suffix else {})}
    return {
        'predictions': predictions,
        'targets': targets,
        'options': options,
        'published': published,
        'expected': by_average(scores),
    }


def drawn_spans():
    scheme, suffix = drawn.choice(list(PREFIXES)), drawn.random() < 0.3

    def tag():
        prefix = drawn.choice(PREFIXES[scheme])
        if prefix == 'O' or drawn.random() < 0.05:
            return prefix
        kind = drawn.choice(['PER', 'X-Y'])
        return f'{kind}-{prefix}' if suffix else f'{prefix}-{kind}'

    targets = [[tag() for _ in range(drawn.randint(1, 8))] for _ in range(2)]
    predictions = [[tag() if drawn.random() < 0.4 else each for each in tags] for tags in targets]
    return spans_case(predictions, targets, scheme, suffix=suffix)


def drawn_classes():
    count, classes = drawn.randint(1, 12), drawn.randint(2, 5)
    targets = [drawn.randrange(classes) for _ in range(count)]
    predictions = [drawn.randrange(classes) if drawn.random() < 0.5 else each for each in targets]
    zero, labels = drawn.choice([0, 1, None]), drawn.choice([None, [1], [0, 1, 2, 3, 4]])
    division = float('nan') if zero is None else zero
    scores = lambda average: precision_recall_fscore_support(
        targets, predictions, average=average, zero_division=division, labels=labels
    )
    return {
        'predictions': predictions,
        'targets': targets,
        'zeroDivision': zero,
        'classes': labels,
        'expected': by_average(scores),
    }


fixtures = {
    'bleu': [bleu_case(*case) for case in PUBLISHED_BLEU] + [drawn_bleu() for _ in range(60)],
    'chrf': [chrf_case(*case) for case in PUBLISHED_CHRF] + [drawn_chrf() for _ in range(60)],
    'words': [words_case(*case) for case in PUBLISHED_WORDS] + [words_case(*drawn_utterances()) for _ in range(40)],
    'characters': [characters_case(*case) for case in PUBLISHED_CHARACTERS]
    + [characters_case(*drawn_utterances()) for _ in range(20)],
    'spans': [spans_case(*case) for case in PUBLISHED_SPANS] + [drawn_spans() for _ in range(80)],
    'classes': [drawn_classes() for _ in range(40)],
}
lines = ',\n'.join(
    f'{json.dumps(name)}: [\n' + ',\n'.join(json.dumps(case, ensure_ascii=True) for case in cases) + '\n]'
    for name, cases in fixtures.items()
)
Path(__file__).parent.parent.joinpath('fixtures/metrics.json').write_text(
    f'{{\n"sources": {json.dumps(SOURCES)},\n{lines}\n}}\n'
)
