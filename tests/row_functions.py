"""Row functions in C, as a library for the tests."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, c_ssize_t, c_void_p
from pathlib import Path
from typing import Any

import pytest

from .compiled import library

SOURCE = """
#include <stdint.h>
#include <time.h>

/* Each byte of each pixel becomes a mixture of where it is. data: bytes a pixel. */
void stamp(void *row, intptr_t width, intptr_t y, void *data)
{
    uint8_t *bytes = row;
    for (intptr_t i = 0; i < width * *(int *)data; i++) {
        bytes[i] = bytes[i] ^ (uint8_t)(7 * i + 31 * y + 1);
    }
}

void invert(uint8_t *row, intptr_t width, intptr_t y, void *data)
{
    for (intptr_t x = 0; x < width; x++) {
        row[x] = 255 - row[x];
    }
}

/* Adds a mask of one byte a pixel to the first byte of pixels of four. */
void add(uint8_t *row, const uint8_t *other, intptr_t width, intptr_t y, void *data)
{
    for (intptr_t x = 0; x < width; x++) {
        row[4 * x] += other[x] + y;
    }
}

/* Says whether two rows were ever worked on at the same time: data[0] running now, data[1] at most. */
void meet(void *row, intptr_t width, intptr_t y, void *data)
{
    int *running = data, *most = running + 1;
    int now = __atomic_add_fetch(running, 1, __ATOMIC_SEQ_CST);
    struct timespec pause = {0, 5000000};
    if (now > 1) {
        __atomic_store_n(most, now, __ATOMIC_SEQ_CST);
    }
    if (*most == 0) {
        nanosleep(&pause, 0);
    }
    __atomic_sub_fetch(running, 1, __ATOMIC_SEQ_CST);
}

/* Until somebody else sets data[0], but not longer than ten seconds; data[1] says that it came. */
void wait_for_go(void *row, intptr_t width, intptr_t y, void *data)
{
    int *go = data;
    struct timespec pause = {0, 1000000};
    for (int i = 0; i < 10000 && !__atomic_load_n(go, __ATOMIC_SEQ_CST); i++) {
        nanosleep(&pause, 0);
    }
    go[1] = go[0];
}
"""

ROW = CFUNCTYPE(None, c_void_p, c_ssize_t, c_ssize_t, c_void_p)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(SOURCE, tmp_path_factory.mktemp("rows"))


@pytest.fixture(scope="module")
def lib(path: Path) -> ctypes.CDLL:
    return ctypes.CDLL(str(path))


def address(function: Any) -> int:
    found = ctypes.cast(function, c_void_p).value
    assert found
    return found
