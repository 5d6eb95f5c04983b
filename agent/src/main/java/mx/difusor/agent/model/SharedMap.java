package mx.difusor.agent.model;

import java.util.AbstractCollection;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map whose changed copies share what did not change: each change costs time and memory in
 * proportion to the logarithm of its size. A height-balanced tree (AVL), where no subtree is higher than its sibling by
 * more than one.
 */
final class SharedMap<K, V> {

    private final Comparator<? super K> order;
    final @Nullable Node<K, V> root;

    private SharedMap(Comparator<? super K> order, @Nullable Node<K, V> root) {
        this.order = order;
        this.root = root;
    }

    static <K, V> SharedMap<K, V> empty(Comparator<? super K> order) {
        return new SharedMap<>(order, null);
    }

    record Entry<K, V>(K key, V value) {}

    int size() {
        return size(root);
    }

    /** Whether both are one another's unchanged copy; false does not say that they differ. */
    @SuppressWarnings("ReferenceEquality") // that is the question
    boolean isSame(SharedMap<K, V> other) {
        return root == other.root;
    }

    @Nullable
    V get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int side = order.compare(key, node.key);
            if (side == 0) {
                return node.value;
            }
            node = side < 0 ? node.left : node.right;
        }
        return null;
    }

    @Nullable
    Entry<K, V> last() {
        Node<K, V> node = root;
        while (node != null && node.right != null) {
            node = node.right;
        }
        return entry(node);
    }

    /** The nearest below {@code key}. */
    @Nullable
    Entry<K, V> lower(K key) {
        Node<K, V> found = null;
        for (Node<K, V> node = root; node != null; ) {
            if (order.compare(node.key, key) < 0) {
                found = node;
                node = node.right;
            } else {
                node = node.left;
            }
        }
        return entry(found);
    }

    /** The nearest above {@code key}. */
    @Nullable
    Entry<K, V> higher(K key) {
        Node<K, V> found = null;
        for (Node<K, V> node = root; node != null; ) {
            if (order.compare(node.key, key) > 0) {
                found = node;
                node = node.left;
            } else {
                node = node.right;
            }
        }
        return entry(found);
    }

    private static <K, V> @Nullable Entry<K, V> entry(@Nullable Node<K, V> node) {
        return node == null ? null : new Entry<>(node.key, node.value);
    }

    SharedMap<K, V> with(K key, V value) {
        return new SharedMap<>(order, with(root, key, value));
    }

    private Node<K, V> with(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(null, key, value, null);
        }
        int side = order.compare(key, node.key);
        if (side == 0) {
            return new Node<>(node.left, key, value, node.right);
        }
        return side < 0
                ? balanced(with(node.left, key, value), node.key, node.value, node.right)
                : balanced(node.left, node.key, node.value, with(node.right, key, value));
    }

    /** The same map where there is no such key. */
    SharedMap<K, V> without(K key) {
        return get(key) == null ? this : new SharedMap<>(order, without(Objects.requireNonNull(root), key));
    }

    /** @param node has the key */
    private @Nullable Node<K, V> without(Node<K, V> node, K key) {
        int side = order.compare(key, node.key);
        if (side < 0) {
            return balanced(without(Objects.requireNonNull(node.left), key), node.key, node.value, node.right);
        }
        if (side > 0) {
            return balanced(node.left, node.key, node.value, without(Objects.requireNonNull(node.right), key));
        }
        if (node.right == null) {
            return node.left;
        }
        Node<K, V> next = node.right;
        while (next.left != null) {
            next = next.left;
        }
        return balanced(node.left, next.key, next.value, without(node.right, next.key));
    }

    /** What stands at {@code key} and below; the same map where that is all. */
    SharedMap<K, V> upTo(K key) {
        return higher(key) == null ? this : new SharedMap<>(order, upTo(root, key));
    }

    private @Nullable Node<K, V> upTo(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        return order.compare(node.key, key) > 0
                ? upTo(node.left, key)
                : joined(node.left, node.key, node.value, upTo(node.right, key));
    }

    /** Of subtrees of which the left one may be higher by any number, the right one by one at most. */
    private static <K, V> Node<K, V> joined(@Nullable Node<K, V> left, K key, V value, @Nullable Node<K, V> right) {
        if (left != null && left.height > height(right) + 1) {
            return balanced(left.left, left.key, left.value, joined(left.right, key, value, right));
        }
        return new Node<>(left, key, value, right);
    }

    /** Of subtrees whose heights differ by two at most. */
    private static <K, V> Node<K, V> balanced(@Nullable Node<K, V> left, K key, V value, @Nullable Node<K, V> right) {
        if (left != null && left.height > height(right) + 1) {
            Node<K, V> inner = left.right;
            return inner == null || height(left.left) >= inner.height
                    ? new Node<>(left.left, left.key, left.value, new Node<>(inner, key, value, right))
                    : new Node<>(
                            new Node<>(left.left, left.key, left.value, inner.left),
                            inner.key,
                            inner.value,
                            new Node<>(inner.right, key, value, right));
        }
        if (right != null && right.height > height(left) + 1) {
            Node<K, V> inner = right.left;
            return inner == null || height(right.right) >= inner.height
                    ? new Node<>(new Node<>(left, key, value, inner), right.key, right.value, right.right)
                    : new Node<>(
                            new Node<>(left, key, value, inner.left),
                            inner.key,
                            inner.value,
                            new Node<>(inner.right, right.key, right.value, right.right));
        }
        return new Node<>(left, key, value, right);
    }

    /** In order of their keys. */
    Collection<V> values() {
        return new Values<>(root, false);
    }

    /** The last one first. */
    Collection<V> descending() {
        return new Values<>(root, true);
    }

    static int height(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.height;
    }

    private static int size(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.size;
    }

    /**
     * The numbers from 1 to the last key that are no keys, ascending, at most {@code limit}. Where all are there nothing
     * is walked through.
     */
    static void missing(SharedMap<Long, ?> numbers, int limit, Collection<Long> found) {
        Entry<Long, ?> last = numbers.last();
        if (last != null) {
            missing(numbers.root, 1, last.key(), limit, found);
        }
    }

    private static void missing(@Nullable Node<Long, ?> node, long from, long to, int limit, Collection<Long> found) {
        if (node == null) {
            for (long number = from; number <= to && found.size() < limit; number++) {
                found.add(number);
            }
        } else if (node.size < to - from + 1 && found.size() < limit) {
            missing(node.left, from, node.key - 1, limit, found);
            missing(node.right, node.key + 1, to, limit, found);
        }
    }

    /** A subtree. */
    static final class Node<K, V> {
        final @Nullable Node<K, V> left;
        final K key;
        private final V value;
        final @Nullable Node<K, V> right;
        private final int height;
        private final int size;

        Node(@Nullable Node<K, V> left, K key, V value, @Nullable Node<K, V> right) {
            this.left = left;
            this.key = key;
            this.value = value;
            this.right = right;
            this.height = 1 + Math.max(height(left), height(right));
            this.size = 1 + size(left) + size(right);
        }
    }

    private static final class Values<K, V> extends AbstractCollection<V> {
        private final @Nullable Node<K, V> root;
        private final boolean descending;

        Values(@Nullable Node<K, V> root, boolean descending) {
            this.root = root;
            this.descending = descending;
        }

        @Override
        public int size() {
            return SharedMap.size(root);
        }

        @Override
        public Iterator<V> iterator() {
            Deque<Node<K, V>> path = new ArrayDeque<>();
            descend(path, root);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return !path.isEmpty();
                }

                @Override
                public V next() {
                    Node<K, V> node = path.pop(); // throws what an iterator has to at its end
                    descend(path, descending ? node.left : node.right);
                    return node.value;
                }
            };
        }

        private void descend(Deque<Node<K, V>> path, @Nullable Node<K, V> from) {
            for (Node<K, V> node = from; node != null; node = descending ? node.right : node.left) {
                path.push(node);
            }
        }
    }
}
