package mx.difusor.agent.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while reading goes on, so that the operator sees everything at once. */
final class Problems {

    private final List<Problem> found = new ArrayList<>();

    void add(Position at, String code, Object... arguments) {
        found.add(new Problem(at.line(), at.column(), code, List.of(arguments)));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Problem> inOrder() {
        return found.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }
}
