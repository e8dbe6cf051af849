//! The way of an arrow between its boxes: through each layer straight, from layer to layer in a bow, so that it
//! runs through no box.

use super::layout::{Place, Point};

/// An arrow leaves a box at least so far from its corner.
const CORNER: f64 = 7.0;

/// One axis runs along the layers, from box to box; the other across them.
#[derive(Debug, Clone, Copy)]
struct Spot {
    across: f64,
    along: f64,
}

/// How far boxes and labels of each layer reach along the way, to both sides of its middle.
pub struct Layers {
    down: bool,
    all: Vec<(f64, f64)>,
}

impl Layers {
    pub fn of(places: impl Iterator<Item = Place>, down: bool) -> Self {
        let mut layers = Layers { down, all: Vec::new() };
        for place in places {
            let along = layers.spot(place.middle).along;
            let half = layers.half(&place).1;
            match layers.all.iter_mut().find(|(middle, _)| (*middle - along).abs() < 0.5) {
                Some((_, widest)) => *widest = widest.max(half),
                None => layers.all.push((along, half)),
            }
        }
        layers
    }

    fn reach(&self, along: f64) -> f64 {
        let layer = self.all.iter().find(|(middle, _)| (*middle - along).abs() < 0.5);
        layer.map_or(0.0, |(_, half)| *half)
    }

    fn spot(&self, point: Point) -> Spot {
        match self.down {
            true => Spot { across: point.x, along: point.y },
            false => Spot { across: point.y, along: point.x },
        }
    }

    fn point(&self, spot: Spot) -> Point {
        match self.down {
            true => Point { x: spot.across, y: spot.along },
            false => Point { x: spot.along, y: spot.across },
        }
    }

    /// Half of a box: across, along.
    fn half(&self, place: &Place) -> (f64, f64) {
        match self.down {
            true => (place.width / 2.0, place.height / 2.0),
            false => (place.height / 2.0, place.width / 2.0),
        }
    }

    /// From box to box by the bends between them.
    pub fn way(&self, from: &Place, to: &Place, bends: &[Point]) -> Vec<Point> {
        let (start, end) = (self.spot(from.middle), self.spot(to.middle));
        let sign = if end.along >= start.along { 1.0 } else { -1.0 };
        // Where a layer holds nothing there is nothing to keep clear of.
        let bends: Vec<Spot> = bends
            .iter()
            .map(|bend| self.spot(*bend))
            .filter(|bend| self.reach(bend.along) > 0.0)
            .collect();
        let at_box = |place: &Place, spot: Spot, towards: f64, sign: f64| {
            let (across, along) = self.half(place);
            let free = (across - CORNER).max(0.0);
            let across = towards.clamp(spot.across - free, spot.across + free);
            let edge = Spot { across, along: spot.along + sign * along };
            let layer = Spot { across, along: spot.along + sign * self.reach(spot.along) };
            [edge, layer]
        };
        let first = bends.first().map_or(end.across, |bend| bend.across);
        let last = bends.last().map_or(start.across, |bend| bend.across);
        let mut knots: Vec<Spot> = at_box(from, start, first, sign).into();
        for bend in bends {
            let reach = sign * self.reach(bend.along);
            knots.push(Spot { along: bend.along - reach, ..bend });
            knots.push(Spot { along: bend.along + reach, ..bend });
        }
        let [edge, layer] = at_box(to, end, last, -sign);
        knots.extend([layer, edge]);
        knots.into_iter().map(|knot| self.point(knot)).collect()
    }

    /// The two points that bend the line between two knots into a bow.
    pub fn bow(&self, one: Point, other: Point) -> (Point, Point) {
        let (one, other) = (self.spot(one), self.spot(other));
        let along = (one.along + other.along) / 2.0;
        (self.point(Spot { along, ..one }), self.point(Spot { along, ..other }))
    }
}
