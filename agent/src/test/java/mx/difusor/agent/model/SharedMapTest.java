package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedMapTest {

    @Test
    void itDoesWhatATreeMapDoesAndOlderOnesStayAsTheyWere() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int keys = 1 + random.nextInt(200);
            TreeMap<Long, Integer> plain = new TreeMap<>();
            SharedMap<Long, Integer> shared = SharedMap.empty(Comparator.<Long>naturalOrder());
            List<Map<Long, Integer>> plains = new ArrayList<>();
            List<SharedMap<Long, Integer>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                long key = 1L + random.nextInt(keys);
                switch (random.nextInt(10)) {
                    case 0 -> {
                        plain.tailMap(key, false).clear();
                        shared = shared.upTo(key);
                    }
                    case 1, 2, 3, 4 -> {
                        plain.remove(key);
                        shared = shared.without(key);
                    }
                    default -> {
                        plain.put(key, i);
                        shared = shared.with(key, i);
                    }
                }
                expectEqual(seed, plain, shared, key);
                plains.add(new TreeMap<>(plain));
                all.add(shared);
            }
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).values())
                        .as("seed %d, step %d", seed, i)
                        .containsExactlyElementsOf(plains.get(i).values());
            }
        }
    }

    private static void expectEqual(
            long seed, NavigableMap<Long, Integer> plain, SharedMap<Long, Integer> shared, long key) {
        assertThat(isSound(shared.root, null, null)).as("seed %d", seed).isTrue();
        assertThat(shared.size()).as("seed %d", seed).isEqualTo(plain.size());
        assertThat(shared.get(key)).as("seed %d", seed).isEqualTo(plain.get(key));
        assertThat(key(shared.lower(key))).as("seed %d", seed).isEqualTo(plain.lowerKey(key));
        assertThat(key(shared.higher(key))).as("seed %d", seed).isEqualTo(plain.higherKey(key));
        assertThat(key(shared.last())).as("seed %d", seed).isEqualTo(plain.isEmpty() ? null : plain.lastKey());
        assertThat(shared.descending())
                .as("seed %d", seed)
                .containsExactlyElementsOf(plain.descendingMap().values());
        List<Long> gaps = new ArrayList<>();
        for (long number = 1; !plain.isEmpty() && number < plain.lastKey() && gaps.size() < 50; number++) {
            if (!plain.containsKey(number)) {
                gaps.add(number);
            }
        }
        List<Long> missing = new ArrayList<>();
        SharedMap.missing(shared, 50, missing);
        assertThat(missing).as("seed %d", seed).isEqualTo(gaps);
    }

    /** Whether every subtree is balanced and in order. */
    private static boolean isSound(SharedMap.@Nullable Node<Long, ?> node, @Nullable Long above, @Nullable Long below) {
        return node == null
                || (Math.abs(height(node.left) - height(node.right)) <= 1
                        && (above == null || node.key > above)
                        && (below == null || node.key < below)
                        && isSound(node.left, above, node.key)
                        && isSound(node.right, node.key, below));
    }

    /** Counted, not believed. */
    private static int height(SharedMap.@Nullable Node<Long, ?> node) {
        return node == null ? 0 : 1 + Math.max(height(node.left), height(node.right));
    }

    private static <V> @Nullable Long key(SharedMap.@Nullable Entry<Long, V> entry) {
        return entry == null ? null : entry.key();
    }

    @Test
    void aCopyWithNothingChangedIsTheSame() {
        SharedMap<Long, String> one =
                SharedMap.<Long, String>empty(Comparator.<Long>naturalOrder()).with(3L, "three");
        assertThat(one.without(2L).isSame(one)).isTrue();
        assertThat(one.upTo(3L).isSame(one)).isTrue();
        assertThat(one.with(3L, "three").isSame(one)).isFalse();
    }

    @Test
    void atTheEndThereIsNoNextValue() {
        Iterator<String> values = SharedMap.<Long, String>empty(Comparator.<Long>naturalOrder())
                .with(3L, "three")
                .values()
                .iterator();
        assertThat(values.next()).isEqualTo("three");
        assertThat(values.hasNext()).isFalse();
        assertThatThrownBy(values::next).isInstanceOf(NoSuchElementException.class);
    }
}
