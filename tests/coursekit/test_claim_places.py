"""Claims are linked to the cell that reports them."""

import nbformat

from claimbook.claims import load_claims
from coursekit.claim_places import anchored, claim_places, linked
from coursekit.claims_page import claims_page
from coursekit.pairing import read_source
from genrelab.runtime import notebook_sources, project_root


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def test_a_table_is_preferred_and_a_pattern_will_do():
    page = notebook(
        'ledger.record("namgyal.t2.knn.mse", "ff", table)',
        'ledger.table(["namgyal.t2.knn.mse"])',
        'ledger.table([f"namgyal.t2.knn.{metric}" for metric in others])',
        "unrelated = 1",
    )
    found = claim_places({"06_perceptual_distances": page})
    assert found["namgyal.t2.knn.mse"] == ("06_perceptual_distances", 1)
    assert found["namgyal.t2.knn.nlpd"] == ("06_perceptual_distances", 2)
    assert "namgyal.t2.lr.mse" not in found  # another notebook's


def test_most_claims_of_the_notebooks_are_found_and_anchors_stand_before_their_cells():
    pages = {source.stem: read_source(source) for source in notebook_sources()}
    found = claim_places(pages)
    assert len(found) > 100
    assert found["ground.metadata"][0].startswith("09")
    name, place = found["ground.metadata"]
    marked = anchored(pages[name], [place])
    spot = next(k for k, cell in enumerate(marked.cells) if f'id="cell-{place}"' in cell.source)
    assert marked.cells[spot + 1].source == pages[name].cells[place].source
    assert len(marked.cells) == len(pages[name].cells) + 1


def test_a_claim_in_a_table_leads_to_its_row_and_tells_its_statement():
    html = (
        '<th>ff</th><th '
        'rowspan="2">namgyal.t2.knn.mse</th><th>no.such.claim</th><td>namgyal.t2.knn.mse</td>'
    )
    page = notebook("ledger.table(names)")
    page.cells[0].outputs = [nbformat.v4.new_output("display_data", data={"text/html": html})]
    (output,) = linked(page).cells[0].outputs
    assert (
        '<th rowspan="2"><a href="claims.html#namgyal.t2.knn.mse@ff" title="'
        in output.data["text/html"]
    )
    assert output.data["text/html"].startswith('<th><abbr title="fault-filtered 443')
    assert output.data["text/html"].endswith(
        "</a></th><th>no.such.claim</th><td>namgyal.t2.knn.mse</td>"
    )


def test_every_claim_has_a_row_to_lead_to():
    page = claims_page(project_root() / "figures" / "gtzan", {})
    keys = [f"{claim.id}@{claim.all_protocols[0]}" for claim in load_claims().values()]
    assert [key for key in keys if f' id="{key}">' not in page] == []
