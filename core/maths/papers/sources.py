"""Publications of which more than one result is run again."""

from core.maths.papers.record import Source

HE = Source(
    ("He, Kaiming", "Zhang, Xiangyu", "Ren, Shaoqing", "Sun, Jian"),
    "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification",
    "ICCV",
    2015,
    "https://arxiv.org/abs/1502.01852",
    "1502.01852",
)
SCHOENHOLZ = Source(
    ("Schoenholz, Samuel S.", "Gilmer, Justin", "Ganguli, Surya", "Sohl-Dickstein, Jascha"),
    "Deep Information Propagation",
    "ICLR",
    2017,
    "https://arxiv.org/abs/1611.01232",
    "1611.01232",
)
PENNINGTON = Source(
    ("Pennington, Jeffrey", "Schoenholz, Samuel S.", "Ganguli, Surya"),
    "Resurrecting the sigmoid in deep learning through dynamical isometry: theory and practice",
    "NIPS",
    2017,
    "https://arxiv.org/abs/1711.04735",
    "1711.04735",
)
COURSE = Source(
    ("Li, Fei-Fei", "Johnson, Justin", "Yeung, Serena"),
    "Lecture 6: Training Neural Networks I",
    "CS231n: Convolutional Neural Networks for Visual Recognition, Stanford",
    2017,
    "http://cs231n.stanford.edu/2017/",
)
