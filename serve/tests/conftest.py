"""Imports Ray as the tests want it, where there is one."""

import warnings
from importlib.util import find_spec

import serve.rig.local_ray  # noqa: F401 it has to come before

if find_spec("ray") is not None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of its own code, at each import
        import ray.serve.schema  # noqa: F401
