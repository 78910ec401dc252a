// Many overlapping boxes of one thing into one box.
#pragma once

#include <vector>

#include "node/pipeline/step.hh"

namespace continuo {

// Intersection over union of two findings whose sides are parallel to the axes.
double overlap(const Finding& one, const Finding& other);

// Score-weighted: the boxes that overlap the best one by at least `overlap_min` become their mean, weighted by score; it
// keeps the best score. Best first.
std::vector<Finding> suppress_non_maxima(std::vector<Finding> findings, double overlap_min);

}  // namespace continuo
