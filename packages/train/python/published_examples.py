"""Examples that sacreBLEU, jiwer and seqeval publish, each with its figure as published."""

SOURCES = {
    'bleu': 'sacreBLEU, test/test_bleu.py and test/test_sentence_bleu.py',
    'chrf': 'sacreBLEU, test/test_chrf.py',
    'words': 'jiwer, tests/test_measures.py (after Morris, Maier and Green 2004), docs/usage.md and README.md',
    'characters': 'jiwer, tests/test_cer.py and README.md',
    'spans': 'seqeval, README.md, tests/test_v1.py and the doc comment of f1_score',
}

DOGS = ['The dog bit the man.', "It wasn't surprising.", 'The man had just bitten him.']
DOG_REFERENCES = [
    ['The dog bit the man.', 'The dog had bit the man.'],
    ['It was not unexpected.', 'No one was surprised.'],
    ['The man bit him first.', 'The man had bitten the dog.'],
]
RAW = {'tokenize': 'none', 'smoothMethod': 'floor', 'smoothValue': 0.01, 'effectiveOrder': True}
SUGAR = 'Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;'
SUGAR_REFERENCE = 'producţia de zahăr brut se exprimă în zahăr alb;'
SENTENCE = [
    ({'smoothMethod': 'exp'}, 8.493),
    ({'smoothMethod': 'none'}, 0.0),
    ({'smoothMethod': 'floor'}, 4.51688),
    ({'smoothMethod': 'floor', 'smoothValue': 0.5}, 10.10),
    ({'smoothMethod': 'add-k'}, 14.882),
    ({'smoothMethod': 'add-k', 'smoothValue': 2}, 21.389),
    ({'tokenize': 'none'}, 7.347),
    ({'tokenize': 'intl'}, 8.493),
    ({'tokenize': 'char'}, 40.8759),
    ({'tokenize': 'char', 'lowercase': True}, 42.0267),
]
PUBLISHED_BLEU = [
    (DOGS, DOG_REFERENCES, {}, 48.530827),
    (['', '', ''], DOG_REFERENCES, {}, 0.0),
    (DOGS, DOG_REFERENCES, {'tokenize': 'none'}, 49.1919566),
    (DOGS, DOG_REFERENCES, {'tokenize': 'intl'}, 43.91623493),
    (DOGS, DOG_REFERENCES, {'smoothMethod': 'none'}, 48.530827),
    *[
        (DOGS, DOG_REFERENCES, {'maxNgramOrder': order}, score)
        for order, score in [(1, 77.65), (2, 60.50), (3, 53.93), (5, 46.14), (6, 43.28)]
    ],
    (['this is a test', 'another test'], [['ref1'], ['ref2']], RAW, 0.0),
    (['this is a test'], [['this is a test']], RAW, 100.0),
    (['this is a fest'], [['this is a test']], RAW, 22.3606797749979),
    (['test'], [['a test']], RAW, 36.78794411714425),
    (['a test'], [['a test']], RAW, 100.0),
    (['a little test'], [['a test']], RAW, 3.218297948685433),
    (
        ['am I am a character sequence'],
        [['I am a symbol string sequence a a']],
        {**RAW, 'smoothValue': 0.1},
        15.55722182,
    ),
    *[([SUGAR], [[SUGAR_REFERENCE]], {**options, 'effectiveOrder': True}, score) for options, score in SENTENCE],
]

EPSILON = {'beta': 3, 'epsSmoothing': True}
EFFECTIVE = {'beta': 3}
SPACES = {'beta': 3, 'whitespace': True}
RISK = 'risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .'
RISK_REFERENCE = (
    'risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .'
)
OBAMA = 'Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.'
PUBLISHED_CHRF = [
    (['abcdefg'], ['hijklmnop'], EPSILON, 0.0),
    ([''], ['reference'], EPSILON, 0.0),
    (['aa'], ['ab'], EPSILON, 8.3333),
    (['a', 'b'], ['a', 'c'], EPSILON, 8.3333),
    (['a'], ['a'], EPSILON, 16.6667),
    (['a b c'], ['abc'], EPSILON, 50.0),
    ([f' {RISK}'], [RISK_REFERENCE], EPSILON, 63.361730),
    (
        [' Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. '],
        [OBAMA],
        EPSILON,
        64.1302698,
    ),
    (['a'], ['a'], EFFECTIVE, 100.0),
    ([''], ['reference'], EFFECTIVE, 0.0),
    (['a b c'], ['abc'], EFFECTIVE, 100.0),
    (['a', 'b'], ['a', 'c'], EFFECTIVE, 50.0),
    (['aa'], ['ab'], EFFECTIVE, 25.0),
    (['Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.'], [OBAMA], SPACES, 67.3481606),
    ([RISK], [RISK_REFERENCE], SPACES, 65.2414427),
    (
        ['Co nás nejvíc trápí, protože lékaři si vybírají, kdo bude žít a kdo zemře.'],
        ['Nejvíce smutní jsme z toho, že musíme rozhodovat o tom, kdo bude žít a kdo zemře.'],
        {'epsSmoothing': True},
        39.14078509,
    ),
    (
        ['Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.'],
        ['A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.'],
        {'epsSmoothing': True},
        31.22557079,
    ),
    (
        ['Lapali po dechu, jejich životy skončily dřív, než skutečně začaly.'],
        ['Lapali po dechu a pak jejich život skončil - dřív, než skutečně mohl začít, připomněli.'],
        {'epsSmoothing': True},
        57.15704367,
    ),
]

# (hypotheses, references, WER, MER, WIL)
PUBLISHED_WORDS = [
    (['This is a test'], ['This is a test'], 0, 0, 0),
    ([''], ['This is a test'], 1, 1, 1),
    (['This test'], ['This is a test'], 0.5, 0.5, 0.5),
    (['X X Y Y'], ['X'], 3, 0.75, 0.75),
    (['X Z'], ['X Y X'], 2 / 3, 2 / 3, 5 / 6),
    (['Y'], ['X'], 1, 1, 1),
    (['Y Z'], ['X'], 2, 1, 1),
    (['i am', 'i good'], ['i', 'am i good'], 0.5, 0.4, 7 / 16),
    (
        ['i am a considerably longer and very much incorrect hypothesis'],
        ['i am a short ground truth'],
        7 / 6,
        0.7,
        0.85,
    ),
    (['hello world', 'done'], ['hello world', ''], 1 / 2, 1 / 3, 1 / 3),
    ([''], [''], 0, 0, 0),
    (['peaceful silence'], [''], 2, 1, 1),
    (
        ['shoe order one', 'quite bit of an even longest sentence here'],
        ['short one here', 'quite a bit of longer sentence'],
        0.8889,
        0.6154,
        0.7475,
    ),
]
# (hypotheses, references, CER)
PUBLISHED_CHARACTERS = [
    (['This test'], ['This is a test'], 5 / 14),
    (['X X Y Y'], ['X'], 6),
    (['X Z'], ['X Y X'], 3 / 5),
    (['Y Z'], ['X'], 3),
    (['i am', 'i good'], ['i', 'am i good'], 0.6),
    (['abcde'], [''], 5),
    ([''], ['abc'], 1),
]

MISC = [['O', 'O', 'O', 'B-MISC', 'I-MISC', 'I-MISC', 'O'], ['B-PER', 'I-PER', 'O']]
MISC_SHIFTED = [['O', 'O', 'B-MISC', 'I-MISC', 'I-MISC', 'I-MISC', 'O'], ['B-PER', 'I-PER', 'O']]
TWO = [['O', 'O', 'B-MISC', 'I-MISC', 'B-MISC', 'O', 'O'], ['B-PER', 'I-PER', 'O']]
TWO_LONGER = [['O', 'O', 'B-MISC', 'I-MISC', 'B-MISC', 'I-MISC', 'O'], ['B-PER', 'I-PER', 'O']]
# (predictions, targets, scheme, F1 by average)
PUBLISHED_SPANS = [
    (MISC_SHIFTED, MISC, None, {'micro': 0.5, 'macro': 0.5, 'weighted': 0.5}),
    (MISC_SHIFTED, MISC, 'IOB2', {'micro': 0.5, 'macro': 0.5, 'weighted': 0.5}),
    (TWO_LONGER, TWO, None, {'micro': 2 / 3, 'macro': 0.75, 'weighted': 2 / 3}),
    ([['I-NP', 'I-NP', 'O']], [['B-NP', 'I-NP', 'O']], None, {'micro': 1, 'macro': 1, 'weighted': 1}),
    ([['I-NP', 'I-NP', 'O']], [['B-NP', 'I-NP', 'O']], 'IOB2', {'micro': 0, 'macro': 0, 'weighted': 0}),
    (
        [['O', 'B-B', 'B-C', 'B-A']],
        [['B-A', 'B-B', 'O', 'B-A']],
        'IOB2',
        {'micro': 2 / 3, 'macro': 5 / 9, 'weighted': 7 / 9},
    ),
]
