/** The nouns and the verdicts. No I/O, nothing but the JDK. */
@NullMarked
package mx.difusor.agent.model;

import org.jspecify.annotations.NullMarked;
