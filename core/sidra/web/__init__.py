"""The web: Pyramid appears here and in the screens, nowhere else."""

import warnings

# Pyramid itself imports pkg_resources and pins our setuptools for it: operators can do nothing about the warning.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
