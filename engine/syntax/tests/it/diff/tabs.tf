resource "aws_x" "n0" {
	name = "n0"

	tags {
		id = 0
	}
}

resource "aws_x" "n1" {
	name = "n1"

	tags {
		id = 1
	}
}

resource "aws_x" "n2" {
	name = "n2"

	tags {
		id = 2
	}
}

resource "aws_x" "n3" {
	name = "n3"

	tags {
		id = 3
	}
}

resource "aws_x" "n4" {
	name = "n4"

	tags {
		id = 4
	}
}

resource "aws_x" "n5" {
	name = "n5"

	tags {
		id = 5
	}
}

