"""A peer: LanceDB's hybrid search over the same paragraphs with the same model; tools/peer_running.py.

It is set up as its documentation shows: an embedding function of its registry, a full-text index, and hybrid queries
fused by its reciprocal rank reranker. There is no vector index, so that vectors are searched exactly: the
documentation advises one from some hundred thousand rows on. A build is given the vectors; a column that is given is
not encoded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.peer_running import LIMIT, Hits, Search, run

TABLE = "paragraphs"


def build(texts: Sequence[str], vectors: Path, model: str, index: Path) -> None:
    """Write every text with the vector that it has, and index the words."""
    import lancedb
    import numpy as np
    import pyarrow as pa
    from lancedb.embeddings import EmbeddingFunctionConfig, get_registry
    from lancedb.index import FTS

    rows = np.load(vectors)
    vector = pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), rows.shape[1])
    data = pa.table({"number": pa.array(range(len(texts))), "text": pa.array(texts), "vector": vector})
    encoding = EmbeddingFunctionConfig(
        source_column="text",
        vector_column="vector",
        function=get_registry().get("sentence-transformers").create(name=model, trust_remote_code=False),
    )
    table = lancedb.connect(index).create_table(TABLE, data, embedding_functions=[encoding])
    table.create_index("text", config=FTS())


def opened(index: Path) -> Search:
    """A search over the table that was written."""
    import lancedb
    from lancedb.rerankers import RRFReranker

    table, reranker = lancedb.connect(index).open_table(TABLE), RRFReranker()

    def search(question: str) -> Hits:
        query = table.search(question, query_type="hybrid").rerank(reranker)
        found = query.select(["number"]).limit(LIMIT).to_list()
        return [(int(row["number"]), float(row["_relevance_score"])) for row in found]

    return search


if __name__ == "__main__":
    run(build, opened)
