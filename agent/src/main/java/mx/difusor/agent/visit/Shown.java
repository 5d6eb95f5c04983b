package mx.difusor.agent.visit;

import java.nio.file.Path;
import mx.difusor.agent.model.Tree;

/**
 * What visitors should get.
 *
 * @param name of the release, for people
 * @param folder where its files stand
 */
public record Shown(String name, Path folder, Tree tree) {}
