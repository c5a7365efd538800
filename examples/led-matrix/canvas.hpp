// Stands in for rpi-rgb-led-matrix's FrameCanvas, so that the example needs no Raspberry Pi.
#pragma once
#include <cstdint>
#include <vector>

class Canvas {
public:
    Canvas(int width, int height) : width_(width), height_(height), pixels_(3 * width * height) {}
    int width() const { return width_; }
    int height() const { return height_; }
    void SetPixel(int x, int y, uint8_t red, uint8_t green, uint8_t blue)
    {
        if (x >= 0 && x < width_ && y >= 0 && y < height_) {
            uint8_t *pixel = &pixels_[3 * (y * width_ + x)];
            pixel[0] = red, pixel[1] = green, pixel[2] = blue;
        }
    }
    const char *bytes() const { return reinterpret_cast<const char *>(pixels_.data()); }
    size_t size() const { return pixels_.size(); }

private:
    int width_, height_;
    std::vector<uint8_t> pixels_;
};

// The loop of rpi-rgb-led-matrix: the rows of an RGB image as Pillow's `image32`, top to bottom.
inline void SetPixels(Canvas &canvas, int xstart, int ystart, const uint32_t *const *rows, int width, int height)
{
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint32_t pixel = rows[y][x]; // As bytes: R, G, B, padding.
            canvas.SetPixel(xstart + x, ystart + y, pixel & 0xFF, pixel >> 8 & 0xFF, pixel >> 16 & 0xFF);
        }
    }
}
