"""One script a promise (design): each prints its figure beside what it is compared with, from one run."""
