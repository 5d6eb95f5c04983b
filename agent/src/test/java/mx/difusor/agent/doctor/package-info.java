@NullMarked
package mx.difusor.agent.doctor;

import org.jspecify.annotations.NullMarked;
