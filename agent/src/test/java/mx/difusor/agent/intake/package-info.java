@NullMarked
package mx.difusor.agent.intake;

import org.jspecify.annotations.NullMarked;
