@NullMarked
package mx.difusor.agent.desk;

import org.jspecify.annotations.NullMarked;
