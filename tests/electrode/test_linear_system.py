from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import linear_system


def some_system(shells, size, seed=3):
    random = np.random.default_rng(seed)
    blocks, links = random.normal(size=(shells, size, size + 1)), random.normal(size=(shells, 2))
    links[0, 0] = links[-1, 1] = 0.0
    whole = np.zeros((shells * size, shells * size))
    for s in range(shells):
        rows = slice(s * size, (s + 1) * size)
        whole[rows, rows] = blocks[s, :, :size]
        potential = (s + 1) * size - 1
        if s > 0:
            whole[potential, potential - size] = links[s, 0]
        if s < shells - 1:
            whole[potential, potential + size] = links[s, 1]
    return blocks, links, whole, random.normal(size=shells * size)


@pytest.mark.parametrize(("shells", "size"), [(1, 5), (2, 5), (7, 5), (4, 9)])
def test_the_shells_are_solved_as_one_system(shells, size):
    blocks, links, whole, vector = some_system(shells, size)
    factors, responses = np.empty((shells, size, size)), np.zeros((shells, size))
    order = np.empty((shells, size), dtype=np.int64)
    assert linear_system.factorise_shells(20.0, blocks, links, factors, order, responses)
    expected = np.linalg.solve(20.0 * np.eye(shells * size) - whole, vector)
    linear_system.substitute_shells(links, factors, order, responses, vector)
    np.testing.assert_allclose(vector, expected, rtol=1e-10)


def test_pivoting_copes_with_a_zero_on_the_diagonal_and_a_singular_matrix_is_found():
    matrix, order = np.array([[[0.0, 2.0], [3.0, 1.0]]]), np.empty((1, 2), dtype=np.int64)
    vector = np.array([9.0, 4.0, 5.0])
    assert linear_system.factorise(matrix, order, 0)
    linear_system.substitute(matrix, order, 0, vector, 1)
    np.testing.assert_allclose(vector, [9.0, 1.0, 2.0])
    assert not linear_system.factorise(np.array([[[1.0, 2.0], [2.0, 4.0]]]), order, 0)
    assert not linear_system.factorise(np.array([[[np.nan, 2.0], [2.0, 4.0]]]), order, 0)
