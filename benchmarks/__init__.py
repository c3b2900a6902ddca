"""One script a promise (docs/architecture.md#performance-promises); its figure is printed beside a comparison."""
