"""The history as it is asked for: found by words and ids, filtered, counted, summed up; one query for each."""
