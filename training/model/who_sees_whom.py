"""Which row of the one network sees which: one function for the whole of training, whatever lies beside each other."""

PAD, TRUNK, SUFFIX_ROW, CAUSAL, CANVAS = -1, 0, 1, 2, 3  # kinds of rows; copy k of a hole's canvas is CANVAS + k


def sees(kind, hole, index, trunk_limit, causal_limit):
    """Rows are described by five integer tensors [B, R]: their kind; their hole, counted from 1, 0 for the trunk; their
    place among the rows of their kind; how many trunk rows they see; how many of their hole's causal rows they see.

    -> (b, head, q, kv) -> bool, elementwise on tensors of indices, as `create_block_mask` wants it:
    a trunk or suffix row sees those of its kind up to itself; a middle row sees its hole's suffix, the trunk before the
    hole, causal rows as far as its limit says, and, on a canvas, all rows of that canvas."""

    def visible(b, _, q, kv):
        kind_q, kind_kv, index_kv = kind[b, q], kind[b, kv], index[b, kv]
        in_trunk = (kind_kv == TRUNK) & (index_kv < trunk_limit[b, q])
        same_hole = (hole[b, q] == hole[b, kv]) & (hole[b, q] > 0)
        in_suffix = (kind_kv == SUFFIX_ROW) & ((kind_q >= CAUSAL) | (index_kv <= index[b, q]))
        in_causal = (kind_kv == CAUSAL) & (index_kv < causal_limit[b, q])
        in_canvas = (kind_kv >= CANVAS) & (kind_kv == kind_q)
        return in_trunk | (same_hole & (in_suffix | in_causal | in_canvas))

    return visible
