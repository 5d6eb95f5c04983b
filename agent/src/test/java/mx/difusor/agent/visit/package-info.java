@NullMarked
package mx.difusor.agent.visit;

import org.jspecify.annotations.NullMarked;
