"""Claims are linked to the cell that reports them."""

import nbformat

from claimbook.claims import load_claims
from coursekit.claims_page import claims_page
from coursekit.site import anchored, claim_places

PAGE = "06_perceptual_distances"


def notebook(*tables):
    """A notebook of one cell for each table, which reports claims."""
    cells = [nbformat.v4.new_code_cell("held_up(name, claims)") for _ in tables]
    for cell, keys in zip(cells, tables):
        note = {"genrelab": {"claims": keys}} if keys else {}
        cell.outputs = [nbformat.v4.new_output("display_data", metadata=note)]
    return nbformat.v4.new_notebook(cells=cells)


def test_the_first_table_of_its_own_notebook_is_taken():
    mse, nlpd = "namgyal.t2.knn.mse", "namgyal.t2.knn.nlpd"
    elsewhere = "namgyal.t2.lr.mse"  # another notebook's
    page = notebook([], [f"{mse}@ff"], [f"{mse}@ag", f"{nlpd}@ff", f"{elsewhere}@ff"], ["?@ff"])
    assert claim_places({PAGE: page}) == {mse: (PAGE, 1), nlpd: (PAGE, 2)}


def test_a_finding_reports_no_claim():
    page = notebook([])
    page.cells[0].outputs[0].metadata = {"genrelab": {"finding": True}}
    assert claim_places({PAGE: page}) == {}


def test_anchors_stand_before_their_cells():
    page = notebook([], [], [])
    marked = anchored(page, [1])
    assert [cell.cell_type for cell in marked.cells] == ["code", "markdown", "code", "code"]
    assert 'id="cell-1"' in marked.cells[1].source and len(page.cells) == 3


def test_every_claim_has_a_row_to_lead_to():
    page = claims_page({})
    keys = [f"{claim.id}@{claim.all_protocols[0]}" for claim in load_claims().values()]
    assert [key for key in keys if f' id="{key}">' not in page] == []
