/**
 * An election of Chihuahua's real size that never took place: every number is drawn from a seed. The places are real,
 * the votes, the sections and the candidacies are not.
 */
@NullMarked
package mx.difusor.agent.institute.election;

import org.jspecify.annotations.NullMarked;
