package mx.difusor.agent.model;

import java.time.Instant;

/**
 * One file of a tree.
 *
 * @param modified whole seconds: the cut of the package that last changed these bytes, and later than any other
 *     bytes that were ever served under this path
 * @param source the sequence of the newest package of the tree that carries these bytes
 */
public record TreeFile(String path, long size, Digest sha256, Instant modified, long source) {}
