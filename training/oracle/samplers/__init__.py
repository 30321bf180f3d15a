"""The samplers of src/engine/diffusion written a second time, from the papers' equations: one file per family. What
they do with recorded network outputs and uniform draws, TypeScript has to do too (test/fixtures/samplers)."""
